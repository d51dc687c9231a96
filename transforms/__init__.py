"""The work itself: plain functions on tables, from bytes to a release. No scheduler, no network."""

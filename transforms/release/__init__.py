"""From public tables to a release: open formats, one database file, a manifest of hashes."""

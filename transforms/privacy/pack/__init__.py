"""The India pack: rules for personal data, written once as data, read by Presidio and by the batch engine."""

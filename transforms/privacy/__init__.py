"""What happens to a table before it may be public. Deny by default: no treatment, no column."""

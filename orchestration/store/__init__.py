"""What the platform keeps: files in zones, and a ledger that says which of them count."""

"""Bytes to typed rows by the contract: a reader per format, one cast plan, places."""

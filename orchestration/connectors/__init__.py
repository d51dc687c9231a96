"""Doors in. A connector fetches bytes and states where they are from; it never interprets them."""

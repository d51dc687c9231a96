"""The staff app: its own process, behind login, denied by default; it may see the restricted zone."""

"""Tables that queries make of accepted ones, for pages and stories."""

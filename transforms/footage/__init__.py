"""What became of requests for footage, why, and what would change it. Restricted: hands on aggregates only."""

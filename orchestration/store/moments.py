"""Moments of the ledger."""

from datetime import UTC, datetime


def aware(moment: datetime) -> datetime:
    """A moment of the ledger in UTC. SQLite forgets the zone, PostgreSQL answers in its own."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

"""The rounds of maturity: half years, and the moment at which the standing evidence of each is looked at."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

# The table by whose name queries read them.
ROUNDS = "rounds"
PATTERN = re.compile(r"20[0-9]{2}-H[12]")
_INDIA = timezone(timedelta(hours=5, minutes=30))


def bounds(name: str) -> tuple[datetime, datetime]:
    """Where a round such as 2026-H1 begins and ends (UTC, the end not included)."""
    year, half = int(name[:4]), int(name[-1])
    first = datetime(year, 1 if half == 1 else 7, 1, tzinfo=_INDIA)
    end = datetime(year, 7, 1, tzinfo=_INDIA) if half == 1 else datetime(year + 1, 1, 1, tzinfo=_INDIA)
    return first.astimezone(UTC), end.astimezone(UTC)


def following(name: str) -> str:
    """The round after one."""
    return f"{name[:4]}-H2" if name.endswith("1") else f"{int(name[:4]) + 1}-H1"


def periods(names: Sequence[str], now: datetime) -> str:
    """SQL of the table of rounds: assessment_round, start_at, end_at, as_of.

    The newest is assessed as things stand now, an earlier one as they stood when the round after it ended.
    """
    newest = max(names)
    rows = []
    for name in sorted(names):
        start, end = bounds(name)
        as_of = now if name == newest else min(now, bounds(following(name))[1])
        moments = ", ".join(f"TIMESTAMPTZ '{moment.isoformat()}'" for moment in (start, end, as_of))
        rows.append(f"('{name}', {moments})")
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS rounds(assessment_round, start_at, end_at, as_of)"

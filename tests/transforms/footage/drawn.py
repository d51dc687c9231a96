"""Tables of requests drawn at random, as the footage marts have them."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from transforms.footage.causes import CAUSES
from transforms.footage.rates import OUTCOMES

AS_OF = pd.Timestamp("2026-04-01", tz="UTC")
FIRST = pd.Timestamp("2026-01-01", tz="UTC")


def draw(seed: int, count: int) -> pd.DataFrame:
    """`count` requests of three months; their causes, stated reasons and outcomes by chance, but in keeping."""
    rng = np.random.default_rng(seed)
    outcome = rng.choice(OUTCOMES, count, p=[0.4, 0.1, 0.25, 0.05, 0.05, 0.15])
    counted = ~np.isin(outcome, ["withdrawn", "duplicate"])
    requested = FIRST + pd.to_timedelta(rng.integers(0, 80 * 24 * 60, count), unit="min")
    closed = requested + pd.to_timedelta(rng.integers(1, 10 * 24 * 60, count), unit="min")
    met = outcome == "delivered"
    active = (rng.random((count, len(CAUSES))) < 0.12) & ~met[:, None]
    named = np.append(np.array(CAUSES, dtype=object), None)
    return pd.DataFrame(
        {
            "request_id": [f"R{number}" for number in range(count)],
            "zone": rng.choice(["north", "south", "west"], count),
            "ward_id": pd.Series(rng.choice(named[:0:-6], count), dtype="str"),
            "station": rng.choice(["first", "second"], count),
            "channel": rng.choice(["portal", "letter"], count),
            "offence_group": rng.choice(["theft", "assault"], count),
            "requested_at": requested,
            "closed_at": pd.Series(closed).where(outcome != "pending"),
            "delivered_at": pd.Series(closed).where(np.isin(outcome, ["delivered", "partial"])),
            "outcome": outcome,
            "counted": counted,
            "matured": counted & ((outcome != "pending") | (rng.random(count) < 0.5)),
            "met": met,
            "known": rng.random(count) < 0.8,
            "stated": pd.Series(rng.choice(named, count), dtype="str"),
            **dict(zip(CAUSES, active.T, strict=True)),
            "reason": pd.Series(named[np.where(active.any(axis=1), active.argmax(axis=1), -1)], dtype="str"),
        }
    )


tables = st.builds(draw, st.integers(0, 10_000), st.integers(0, 60))

"""How much storage a retention needs: what each camera writes in a second, for as long as its footage is kept."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

# SQL over the recordings: a row for each camera with what it writes.
RATES = (Path(__file__).parent / "storage.sql").read_text(encoding="utf-8")
DAY_S = 86_400


def needed(cameras: pd.DataFrame, days: int, by: Sequence[str] = ()) -> pd.DataFrame:
    """Bytes that cameras need where each keeps `days` at least, or longer if it does now; 0 is the present.

    `cameras`: camera_id, keeps_days, bytes_per_s, and the columns of `by`. One that wrote nothing yet, or whose
    recorder does not say how much, counts as the median of the others. A row for each group (one where there is no
    `by`): number of `cameras`, how many of them were `measured`, `bytes` (NaN where none was).
    """
    rate = cameras["bytes_per_s"]
    kept = cameras["keeps_days"].clip(lower=days)
    size = rate.fillna(rate.median()) * kept * DAY_S
    table = pd.DataFrame({"cameras": 1, "measured": rate.notna().astype(int), "bytes": size}, index=cameras.index)
    groups = [cameras[name] for name in by] or [pd.Series(0, cameras.index)]
    sums = table.groupby(groups, dropna=False).sum(min_count=1)
    return sums.reset_index(drop=not by)


def growth(cameras: pd.DataFrame, settings: Sequence[int]) -> pd.DataFrame:
    """What each setting of the lever `retention_days` needs: days, bytes, and by how much more than the first one
    that is, in per cent. `cameras` as for `needed`."""
    sizes = [float(needed(cameras, days)["bytes"].sum()) for days in settings]
    more = [100 * (size / sizes[0] - 1) for size in sizes]
    return pd.DataFrame({"days": list(settings), "bytes": sizes, "growth_pct": more})

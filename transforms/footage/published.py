"""Which requests the public counts are over: the same as in the marts footage_by_month and footage_reasons."""

import pandas as pd

from transforms.footage.rates import ZONE

# Never in a public count.
SENSITIVE = ("sexual_offence", "offence_against_child")


def published(requests: pd.DataFrame) -> pd.DataFrame:
    """The requests (with known_until) of months that ended a month ago, in a zone, on no sensitive offence."""
    local = requests[["requested_at", "known_until"]].apply(lambda moments: moments.dt.tz_convert(ZONE))
    month = local["requested_at"].dt.tz_localize(None).dt.to_period("M")
    # The last row of a month is not written at midnight: a day is let pass.
    today = (local["known_until"].dt.tz_localize(None) + pd.Timedelta(days=1)).dt.to_period("M")
    chosen = (month + 2 <= today) & requests["zone"].notna() & ~requests["offence_group"].isin(SENSITIVE)
    return requests[chosen]

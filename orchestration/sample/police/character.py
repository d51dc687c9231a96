"""The five cities as their police departments are: what breaks, how long footage is kept, how a desk works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outage:
    """One kind of outage of one unit: how often in a year, and how long (median in hours, spread of its logarithm)."""

    yearly: float
    hours: float
    spread: float = 1.0


@dataclass(frozen=True)
class Character:
    """One city. Shares are of 1 and of all requests, unless said otherwise; days are medians where not a mean.

    `asking` is the number of requests in a year for each device of the register. `uncovered` of the requests are
    about places that no camera sees, `hot` of these at few places that added cameras would cover. `staff` search, and
    `hold` of the requests get a hold when they are taken up. Of the requests that could be met, `turned_away` are not
    searched; `overload` of all wait until they are past due.
    """

    asking: float
    staff: int
    due_days: int
    lag_days: float
    wait_days: float
    hold: float
    uncovered: float
    hot: float
    incomplete: float
    unauthorised: float
    turned_away: float
    overload: float
    wrong: float
    quality: float
    export_failed: float
    device: Outage
    link: Outage
    recorder: Outage
    gap: Outage
    edge_storage: float
    bad_clock: float
    retention: dict[int, float]
    # Of the recorders, those that keep footage for half as long as the register says.
    overstated: float
    misstated: float
    unstated: float
    late_logged: float
    withdrawn: float
    # Of all crimes, those for which footage is asked.
    asked: float
    sync_ms: float


NAVSAGAR = Character(
    *(10 / 3, 2, 10),
    lag_days=3.2,
    wait_days=11.0,
    hold=0.06,
    uncovered=0.055,
    hot=0.5,
    incomplete=0.016,
    unauthorised=0.012,
    turned_away=0.012,
    overload=0.09,
    wrong=0.015,
    quality=0.02,
    export_failed=0.015,
    device=Outage(2.4, 100, 1.2),
    link=Outage(3.0, 36),
    recorder=Outage(2.0, 48),
    gap=Outage(9.0, 3, 0.6),
    edge_storage=0.3,
    bad_clock=0.08,
    retention={15: 0.72, 30: 0.28},
    overstated=0.04,
    misstated=0.45,
    unstated=0.05,
    late_logged=0.04,
    withdrawn=0.05,
    asked=0.5,
    sync_ms=900,
)
MEGHAVAN = Character(
    *(15 / 7, 3, 7),
    lag_days=2.5,
    wait_days=3.0,
    hold=0.6,
    uncovered=0.12,
    hot=0.6,
    incomplete=0.04,
    unauthorised=0.015,
    turned_away=0.01,
    overload=0.025,
    wrong=0.02,
    quality=0.045,
    export_failed=0.015,
    device=Outage(2.5, 110),
    link=Outage(3.0, 30),
    recorder=Outage(1.5, 36),
    gap=Outage(10.0, 4, 0.6),
    edge_storage=0.5,
    bad_clock=0.06,
    retention={15: 0.15, 30: 0.65, 60: 0.2},
    overstated=0.0,
    misstated=0.12,
    unstated=0.02,
    late_logged=0.01,
    withdrawn=0.05,
    asked=0.6,
    sync_ms=40,
)
SONPALI = Character(
    *(11 / 3, 3, 7),
    lag_days=3.0,
    wait_days=4.0,
    hold=0.25,
    uncovered=0.07,
    hot=0.5,
    incomplete=0.02,
    unauthorised=0.015,
    turned_away=0.03,
    overload=0.03,
    wrong=0.015,
    quality=0.03,
    export_failed=0.015,
    device=Outage(2.4, 1_600, 0.9),
    link=Outage(3.0, 120),
    recorder=Outage(2.0, 100),
    gap=Outage(9.0, 4, 0.6),
    edge_storage=0.1,
    bad_clock=0.12,
    retention={15: 0.2, 30: 0.8},
    overstated=0.5,
    misstated=0.5,
    unstated=0.12,
    late_logged=0.12,
    withdrawn=0.12,
    asked=0.4,
    sync_ms=2_500,
)
PHULKHEDA = Character(
    *(5 / 3, 1, 10),
    lag_days=4.0,
    wait_days=5.0,
    hold=0.05,
    uncovered=0.2,
    hot=0.3,
    incomplete=0.08,
    unauthorised=0.03,
    turned_away=0.05,
    overload=0.05,
    wrong=0.0,
    quality=0.035,
    export_failed=0.02,
    device=Outage(2.5, 110),
    link=Outage(2.0, 40),
    recorder=Outage(1.0, 40),
    gap=Outage(9.0, 4, 0.6),
    edge_storage=0.0,
    bad_clock=0.08,
    retention={15: 0.5, 30: 0.5},
    overstated=0.2,
    misstated=0.3,
    unstated=0.15,
    late_logged=0.08,
    withdrawn=0.06,
    asked=0.3,
    sync_ms=3_000,
)
TARANGPUR = Character(
    *(13 / 4, 2, 7),
    lag_days=3.0,
    wait_days=2.5,
    hold=0.3,
    uncovered=0.29,
    hot=0.12,
    incomplete=0.03,
    unauthorised=0.15,
    turned_away=0.2,
    overload=0.02,
    wrong=0.015,
    quality=0.03,
    export_failed=0.015,
    device=Outage(2.5, 90),
    link=Outage(2.5, 24),
    recorder=Outage(1.5, 40),
    gap=Outage(9.0, 3, 0.6),
    edge_storage=0.2,
    bad_clock=0.07,
    retention={15: 0.2, 30: 0.8},
    overstated=0.1,
    misstated=0.25,
    unstated=0.08,
    late_logged=0.05,
    withdrawn=0.05,
    asked=0.4,
    sync_ms=1_200,
)
CHARACTERS = {
    "navsagar": NAVSAGAR,
    "meghavan": MEGHAVAN,
    "sonpali": SONPALI,
    "phulkheda": PHULKHEDA,
    "tarangpur": TARANGPUR,
}

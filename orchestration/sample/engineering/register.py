"""What a command centre owns: classes of assets, how many, how long they serve, what they cost, what they need."""

from dataclasses import dataclass

LAKH = 100_000


@dataclass(frozen=True)
class Kind:
    """A class of assets: its code, how many a device there are and how many at the centre, its years of use, its
    cost in lakhs of rupees (from, to), breakdowns a year, and the hours that a repair may take."""

    code: str
    a_device: float
    at_centre: int
    life_years: int
    cost: tuple[float, float]
    breakdowns: float
    target_hours: int


KINDS = {
    "camera": Kind("CM", 0.92, 0, 7, (0.35, 0.9), 0.7, 24),
    "call_box": Kind("CB", 0.08, 0, 8, (0.8, 1.4), 0.5, 48),
    "recorder": Kind("NV", 1 / 32, 0, 6, (2, 4), 0.6, 12),
    "network_switch": Kind("SW", 1 / 12, 4, 7, (0.6, 1.5), 0.4, 12),
    "ups": Kind("UP", 1 / 20, 2, 5, (0.8, 2.5), 0.8, 24),
    "display": Kind("VM", 1 / 60, 0, 8, (9, 16), 0.9, 48),
    "sensor": Kind("SN", 1 / 40, 0, 5, (1, 3), 0.6, 72),
    "server": Kind("SV", 0, 14, 6, (6, 14), 0.4, 8),
    "storage": Kind("ST", 0, 5, 6, (30, 80), 0.3, 8),
    "video_wall": Kind("VW", 0, 2, 8, (150, 320), 1.2, 24),
    "workstation": Kind("WS", 0, 28, 5, (0.7, 1.2), 0.5, 48),
}

"""Units: what one of them is in another."""

from functools import cache

import pint


@cache
def _registry() -> pint.UnitRegistry:
    registry: pint.UnitRegistry = pint.UnitRegistry()
    # In pint a kmph would be a kilo-mile per hour; in a city it is a kilometre per hour.
    registry.define("kmph = kilometer / hour")
    registry.define("pct = percent")
    return registry


@cache
def factor(unit: str, into: str) -> float:
    """How many `into` one `unit` is; raises ValueError where pint knows no such conversion."""
    try:
        return float(_registry().Quantity(1, unit).to(into).magnitude)
    except (pint.PintError, AttributeError, TypeError) as error:
        raise ValueError(f"no way from {unit} to {into}") from error

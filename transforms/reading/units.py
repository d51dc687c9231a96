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
    """How many `into` one `unit` is; raises ValueError where no factor leads from one to the other.

    That is so for temperatures as well: their zeros differ.
    """
    try:
        zero, one = (float(_registry().Quantity(n, unit).to(into).magnitude) for n in (0, 1))
    except Exception as error:  # pint's parser lets through whatever Python's tokenizer raises
        raise ValueError(f"no way from {unit} to {into}") from error
    if zero:
        raise ValueError(f"no factor leads from {unit} to {into}, as their zeros differ")
    return one

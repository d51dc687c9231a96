"""Units: what one of them is in another."""

from functools import cache

import pint

# Words for a number of whatever the column counts: rupees, people.
COUNTS = {"lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "Lakh": 1e5, "crore": 1e7, "crores": 1e7, "Crore": 1e7, "Cr": 1e7}


@cache
def _registry() -> pint.UnitRegistry:
    registry: pint.UnitRegistry = pint.UnitRegistry()
    # In pint a kmph would be a kilo-mile per hour; in a city it is a kilometre per hour.
    registry.define("kmph = kilometer / hour")
    registry.define("pct = percent")
    registry.define("rupee = [currency] = INR")
    for word, count in COUNTS.items():
        registry.define(f"{word} = {count}")
    return registry


@cache
def factor(unit: str, into: str) -> float:
    """How many `into` one `unit` is; raises ValueError where no factor leads from one to the other.

    That is so for temperatures as well: their zeros differ. A lakh is a lakh of `into`.
    """
    if unit in COUNTS and into not in COUNTS:
        unit = f"{unit} * ({into})"
    try:
        zero, one = (float(_registry().Quantity(n, unit).to(into).magnitude) for n in (0, 1))
    except Exception as error:  # pint's parser lets through whatever Python's tokenizer raises
        raise ValueError(f"no way from {unit} to {into}") from error
    if zero:
        raise ValueError(f"no factor leads from {unit} to {into}, as their zeros differ")
    return one

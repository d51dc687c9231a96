"""Numbers as a person would write them: an identity number that is stored as a number shows its digits."""

from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# Beyond this a double no longer tells one whole number from the next.
_WHOLE = 2.0**63


def plain(number: str | int | float | Decimal) -> str:
    """A number without exponent and without empty decimals; a text that is no number as it is."""
    try:
        exact = Decimal(number) if isinstance(number, str) else Decimal(str(number))
    except InvalidOperation:
        return str(number)
    if not exact.is_finite() or abs(exact.adjusted()) > 40:
        return str(number)
    return str(int(exact)) if exact == exact.to_integral_value() else f"{exact:f}"


def plain_all(numbers: Any) -> pa.Array:
    """A column of doubles as texts."""
    # The smallest type has no such function in Arrow.
    numbers = numbers.cast(pa.float64())
    whole = pc.and_(pc.equal(numbers, pc.floor(numbers)), pc.less(pc.abs(numbers), _WHOLE))
    digits = pc.if_else(whole, numbers, None).cast(pa.int64(), safe=False).cast(pa.string())
    return pc.coalesce(digits, numbers.cast(pa.string()))

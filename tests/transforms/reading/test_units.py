"""What one unit is in another."""

import pytest

from transforms.reading.units import factor


@pytest.mark.parametrize(
    ("unit", "into", "expected"),
    [
        ("ft", "m", 0.3048),
        ("feet", "m", 0.3048),
        ("m", "m", 1.0),
        ("%", "pct", 1.0),
        ("pct", "percent", 1.0),
        ("kmph", "m/s", 1000 / 3600),
        ("week", "day", 7.0),
        ("acre_foot", "m^3", 1233.4818),
        ("day", "hour", 24.0),
        ("lakh", "rupee", 1e5),
        ("Cr", "INR", 1e7),
        ("crore", "lakh", 100.0),
        ("lakh", "count", 1e5),
        ("INR", "crore * rupee", 1e-7),
        ("delta_degF", "delta_degC", 5 / 9),
    ],
)
def test_factors(unit: str, into: str, expected: float):
    assert factor(unit, into) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "unit", ["furlongz", "kg", "", " ", "(", "1/", "m m", "m**", "5 ft", "₹", "m;m", '__import__("os")', "degC"]
)
def test_no_way_is_a_value_error(unit: str):
    with pytest.raises(ValueError, match="no way"):
        factor(unit, "m")


@pytest.mark.parametrize(("unit", "into"), [("degF", "degC"), ("degC", "kelvin"), ("degF", "kelvin")])
def test_temperatures_have_no_factor(unit: str, into: str):
    with pytest.raises(ValueError, match="zeros differ"):
        factor(unit, into)

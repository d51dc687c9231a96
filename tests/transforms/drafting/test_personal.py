"""What looks like personal data: by name in two languages, by shape and check digit; chance is told apart."""

import pytest
from stdnum import verhoeff

from transforms.drafting import naming, personal


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Applicant Name", "name"),
        ("fatherName", "name"),
        ("आवेदक का नाम", "name"),
        ("Handled by", "name"),
        ("user", "name"),
        ("Ward Name", None),
        ("ward_no", None),
        ("Mobile No.", "mobile"),
        ("दूरभाष", "mobile"),
        ("फ़ोन", "mobile"),
        ("E-Mail", "email"),
        ("पता", "address"),
        ("AadhaarNo", "identity"),
        ("आधार संख्या", "identity"),
        ("Age", "person"),
        ("Date of Birth", "person"),
        ("Vehicle No", "vehicle"),
        ("Remarks", "text"),
        ("level", None),
        ("Company", None),
    ],
)
def test_a_name_speaks_for_its_column(title: str, kind: str | None):
    assert personal.by_name(naming.words(title)) == kind


def aadhaar(stem: str) -> str:
    return stem + verhoeff.calc_check_digit(stem)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("someone@example.org", "email"),
        ("write to someone@example.org please", "email"),
        ("9876501234", "mobile"),
        ("+91 98765 01234", "mobile"),
        ("call 9876501234 at night", "mobile"),
        ("ABCPE1234F", "pan"),
        (aadhaar("23456789012"), "aadhaar"),
        ("KA01AB1234", "vehicle"),
        ("MH 12 DE 1433", "vehicle"),
        ("ABC1234566", "epic"),
        ("SBIN0001234", "ifsc"),
        ("Shri Ram", "name"),
        ("श्रीमती सीता", "name"),
    ],
)
def test_a_shape_speaks_for_its_value(text: str, kind: str):
    assert personal.by_value([text] * 3).get(kind) == 3


@pytest.mark.parametrize(
    "texts",
    [
        ["12.97160", "77.59460"],
        ["234567890123"] * 9,
        [f"W-{n}" for n in range(20)],
        ["2026-01-31T10:00:00"],
        ["Drainage work at 4th cross"],
    ],
)
def test_what_is_none_is_not_called_so(texts: list[str]):
    assert personal.by_value(texts) == {}


def test_one_number_in_ten_that_fits_by_chance_is_none():
    numbers = [f"{n:012}" for n in range(234567890000, 234567890200)]
    assert "aadhaar" not in personal.by_value(numbers)

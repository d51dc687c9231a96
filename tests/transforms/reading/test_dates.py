"""The contract's date patterns are JDK's; the database's are strptime's."""

import pytest

from transforms.reading.dates import has_offset, month_names, to_strptime


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("dd/MM/yyyy", "%d/%m/%Y"),
        ("d/M/yy", "%-d/%-m/%y"),
        ("uuuu-MM-dd", "%Y-%m-%d"),
        ("yyyy-MM-dd'T'HH:mm:ss", "%Y-%m-%dT%H:%M:%S"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "%Y-%m-%dT%H:%M:%S.%g%z"),
        ("HH:mm:ss.SSSSSS", "%H:%M:%S.%f"),
        ("h:mm a", "%-I:%M %p"),
        ("EEE d MMM yyyy", "%a %-d %b %Y"),
        ("EEEE d MMMM yyyy", "%A %-d %B %Y"),
        ("yyyyMMdd", "%Y%m%d"),
        ("yyyy'%'MM", "%Y%%%m"),
        ("yyyy%MM", "%Y%%%m"),
        ("h 'o''clock'", "%-I o'clock"),
        ("''yy", "'%y"),
        ("'दिनांक' dd", "दिनांक %d"),
        ("दिनांक dd", "दिनांक %d"),
        ("", ""),
    ],
)
def test_patterns(pattern: str, expected: str):
    assert to_strptime(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("dd/QQ/yyyy", "letters QQ are not supported"),
        ("dd/MM/YYYY", "letters YYYY are not supported"),
        ("DD/MM/yyyy", "letters DD are not supported"),
        ("yyyy-MM-ddTHH:mm", "letters T are not supported"),
        ("ddd", "letters ddd are not supported"),
        ("HH:m", "letters m are not supported"),
        ("dd 'of", "is not closed"),
        ("dd ' MM", "is not closed"),
        ("dd '' ' MM", "is not closed"),
        ("'", "is not closed"),
    ],
)
def test_a_pattern_without_a_counterpart_is_refused(pattern: str, words: str):
    with pytest.raises(ValueError, match=words):
        to_strptime(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"), [("HH:mmXXX", True), ("HH:mmZ", True), ("HH:mm", False), ("HH'%z'", False), ("'Z'", False)]
)
def test_patterns_with_an_offset(pattern: str, expected: bool):
    assert has_offset(to_strptime(pattern)) is expected


def test_every_month_has_a_name_in_hindi_and_no_name_hides_in_a_longer_one_that_comes_later():
    names = month_names("hi")
    assert len({english for _, english in names}) == 12
    for place, (given, english) in enumerate(names):
        assert all(later not in given or short == english for later, short in names[place:])

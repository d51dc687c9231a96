"""The reviewers' store: every decision is kept, the last of each place holds, and a fault names no password."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.store.reviews import META, REASON_LETTERS, Decision, ReviewFault, Reviews, checked

AT = datetime(2026, 7, 20, 5, 30, tzinfo=UTC)


def made(indicator: str, verdict: str, document: str | None = "a" * 64) -> Decision:
    return Decision("2026-H1", "testpur", indicator, verdict, document, "read it", "asha", AT)  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "postgresql"])
def reviews(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reviews]:
    if request.param == "sqlite":
        yield Reviews(f"sqlite:///{tmp_path / 'reviews.sqlite'}")
        return
    opened = Reviews(request.getfixturevalue("server"))
    yield opened
    META.drop_all(opened.engine)


def test_every_decision_is_kept_and_the_last_holds(reviews: Reviews) -> None:
    reviews.add([made("F1", "returned"), made("F2", "accepted")])
    reviews.add([made("F1", "accepted", "b" * 64)])
    assert [one.indicator_id for one in reviews.every()] == ["F1", "F2", "F1"]
    holding = reviews.standing()["2026-H1", "testpur", "F1"]
    assert (holding.decision, holding.document_sha256, holding.decided_at) == ("accepted", "b" * 64, AT)


def test_its_file_is_its_owners_alone(tmp_path: Path) -> None:
    Reviews(f"sqlite:///{tmp_path / 'reviews.sqlite'}")
    assert (tmp_path / "reviews.sqlite").stat().st_mode & 0o077 == 0


def test_a_store_that_cannot_be_opened_is_one_line_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(ReviewFault) as fault:
        Reviews("postgresql+psycopg://asha:secret@127.0.0.1:1/none")
    assert "PRAVAH_REVIEWS" in str(fault.value)
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize("reason", ["", " \n ", "x" * (REASON_LETTERS + 1)])
def test_a_decision_needs_a_reason(reason: str) -> None:
    with pytest.raises(ReviewFault, match="needs a reason"):
        checked(reason)
    assert checked("  two\nwords ") == "two words"

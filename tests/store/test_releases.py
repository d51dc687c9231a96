"""Releases: whatever people ask for in whatever order, what is out was approved by another than its maker."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.store import releases
from orchestration.store.home import Home
from orchestration.store.ledger import Ledger
from orchestration.store.releases import ReleaseFault
from orchestration.store.schema import failures, returns

IDS = [letter * 64 for letter in "abc"]
PEOPLE = ["asha@x.example", "Asha@X.example", "bilal@x.example"]
ACTS = st.tuples(st.sampled_from(["approve", "return", "rollback"]), st.sampled_from(IDS), st.sampled_from(PEOPLE))


def store(root: Path) -> tuple[Home, Ledger]:
    """A home with three proposed releases of one maker."""
    home = Home(root / "home")
    home.prepare()
    ledger = Ledger(f"sqlite:///{root / 'ledger.sqlite'}")
    for release in IDS:
        ledger.propose(release, {}, PEOPLE[0])
    return home, ledger


def act(home: Home, ledger: Ledger, kind: str, release: str, who: str, remark: str = "mend it") -> bool:
    """Whether it was done."""
    try:
        if kind == "approve":
            releases.approve(home, ledger, release, who)
        elif kind == "return":
            releases.give_back(ledger, release, who, remark)
        else:
            releases.roll_back(home, ledger, release, who)
    except ReleaseFault as fault:
        assert len(str(fault).splitlines()) == 1
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(st.lists(ACTS, max_size=12))
def test_no_order_of_acts_lets_out_what_may_not_go_out(acts: list[tuple[str, str, str]]) -> None:
    with TemporaryDirectory() as folder:
        home, ledger = store(Path(folder))
        allowed: dict[str, set[str]] = {release: {"approve", "return"} for release in IDS}
        for kind, release, who in acts:
            maker = who.casefold() == PEOPLE[0]
            current = ledger.current()
            may = (
                kind in allowed[release]
                and not (kind == "approve" and maker)
                and not (kind == "rollback" and release == current)
            )
            assert act(home, ledger, kind, release, who) == may, (kind, release[0], who)
            if may:
                allowed[release] = set() if kind == "return" else {"rollback"}
        found = {one.id: one for one in releases.listed(ledger)}
        assert [one.id for one in releases.listed(ledger)] == IDS[::-1]
        for one in found.values():
            assert not (one.approved_by and one.returned_by)
            assert not one.approved_by or one.approved_by.casefold() != PEOPLE[0]
        out = ledger.current()
        assert out is None or found[out].state == "current"
        file = releases.pointer(home)
        assert (file.read_text().strip() if file.exists() else None) == out


@pytest.mark.parametrize(
    ("remark", "kept"),
    [
        ("x", "x"),
        ("  ward 7 is missing\n\nplease add it ", "ward 7 is missing please add it"),
        ("न" * 1000, "न" * 1000),
        ("", None),
        (" \n\t ", None),
        ("x" * 1001, None),
    ],
)
def test_a_return_needs_a_remark_of_one_paragraph(tmp_path: Path, remark: str, kept: str | None) -> None:
    home, ledger = store(tmp_path)
    assert act(home, ledger, "return", IDS[0], PEOPLE[2], remark) == (kept is not None)
    one = releases.find(ledger, IDS[0])
    assert (one.state, one.remark) == (("returned", kept) if kept else ("proposed", None))


def test_the_maker_withdraws_by_returning(tmp_path: Path) -> None:
    home, ledger = store(tmp_path)
    assert act(home, ledger, "return", IDS[2], PEOPLE[0])
    assert releases.find(ledger, IDS[2]).returned_by == PEOPLE[0]


def test_what_waits_is_the_newest_one_and_never_a_decided_one(tmp_path: Path) -> None:
    home, ledger = store(tmp_path)
    assert releases.proposed(ledger).id == IDS[2]
    assert act(home, ledger, "return", IDS[2], PEOPLE[2])
    # The older ones would take the public back to older data: that is asked for by name.
    assert releases.proposed(ledger) is None
    assert act(home, ledger, "approve", IDS[1], PEOPLE[2])
    ledger.propose("d" * 64, {}, PEOPLE[0])
    assert releases.proposed(ledger).id == "d" * 64


def test_a_ledger_made_before_returns_goes_on_working(tmp_path: Path) -> None:
    home, ledger = store(tmp_path)
    returns.drop(ledger.engine)
    failures.drop(ledger.engine)
    again = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    assert [one.state for one in releases.listed(again)] == ["proposed"] * 3
    assert act(home, again, "return", IDS[0], PEOPLE[2])


@pytest.mark.parametrize(("name", "said"), [("", "no release begins"), ("f", "no release begins")])
def test_a_name_has_to_be_that_of_one_release(tmp_path: Path, name: str, said: str) -> None:
    _, ledger = store(tmp_path)
    with pytest.raises(ReleaseFault, match=said):
        releases.find(ledger, name)
    ledger.propose("ab" * 32, {}, PEOPLE[0])
    with pytest.raises(ReleaseFault, match="2 releases begin"):
        releases.find(ledger, "a")

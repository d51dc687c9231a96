"""What is late, failed, held or quarantined, and how it stands by department and city."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from data_contracts.dataset import Sla
from orchestration import publishing, tables
from orchestration.project import Project
from orchestration.run import run
from orchestration.status import Line, desks, status
from orchestration.tables import Holding
from tests.conftest import Pravah

VALUE = "9876501234"
POSTS = "inbox/testpur/police/posts"


def broken(*_: object, **__: object) -> None:
    raise ValueError(f"{VALUE} is a value")


def posts(project: Project) -> Line:
    return next(line for line in status(project) if line.dataset == "posts")


def test_rows_in_quarantine_are_counted_by_rule(small: Project) -> None:
    line = posts(small)
    assert (line.quarantined, line.reasons, line.failed, line.held) == (1, {"lat.type": 1}, None, ())


def test_a_held_file_is_named_with_its_rule(small: Project) -> None:
    (small.home.root / POSTS / "c.csv").write_text('post_id,lat,lon,version\nP9,12.5,77.2,"1\n')
    run(small, "asha")
    (held,) = posts(small).held
    assert (held.rules, held.needs) == (("csv.quote",), ())
    assert "c.csv: the file: csv.quote" in str(held)


def test_what_waits_for_another_table_names_it(small: Project) -> None:
    line = Line("police", "posts", "testpur", "police__posts", held=(Holding(None, "waits", needs=("iccc__areas",)),))
    assert (line.fine, line.waiting) == (False, ["waits"])


def test_a_dataset_that_fails_is_told_until_it_succeeds(
    small: Project, pravah: Pravah, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = small.home.root / POSTS / "c.csv"
    file.write_text("post_id,lat,lon,version\nP9,12.5,77.2,1\n")
    with monkeypatch.context() as patch:
        patch.setattr(tables, "check_delivery", broken)
        assert pravah("run", "--as", "asha")[0] == 1
    told = {line["dataset"]: line for line in json.loads(pravah("status", "--json")[1])}
    assert told["posts"]["failed"].startswith("failed with ValueError at ")
    assert told["areas"]["failed"] is None
    out = pravah("status")[1]
    assert "failed with ValueError" in out
    assert VALUE not in out
    assert not posts(small).fine
    assert pravah("run", "--as", "asha")[0] == 0
    assert posts(small).failed is None


def test_a_failed_publication_is_told_until_one_succeeds(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (small.home.root / POSTS / "c.csv").write_text("post_id,lat,lon,version\nP9,12.5,77.2,1\n")
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "write_table", broken)
        run(small, "asha")
    # Reading again without publishing says nothing of the publication.
    run(small, "asha", release=False)
    assert "failed with ValueError" in str(posts(small).failed)
    run(small, "asha")
    assert posts(small).failed is None


def test_desks_hold_what_waits_by_department_and_city() -> None:
    lines = [
        Line("iccc", "wards", "navsagar", "iccc__wards"),
        Line("police", "cameras", "meghavan", "police__cameras"),
        Line("police", "cameras", "navsagar", "police__cameras", late_days=3),
        Line("police", "posts", "navsagar", "police__posts", quarantined=2, reasons={"lat.type": 2}),
        Line("water", "supply", "navsagar", "water__supply", failed="failed"),
    ]
    found = [(desk.department, desk.city, [line.dataset for line in desk.lines], desk.fine) for desk in desks(lines)]
    assert found == [
        ("water", "navsagar", ["supply"], 0),
        ("police", "navsagar", ["cameras", "posts"], 0),
        ("iccc", "navsagar", [], 1),
        ("police", "meghavan", [], 1),
    ]


@pytest.mark.parametrize(("days", "late"), [(0, None), (7, None), (9, 2), (37, 30)])
def test_lateness_counts_from_the_promise(small: Project, days: int, late: int | None) -> None:
    """A file each week, a day for sending it: from the ninth day on it is late."""
    place = ("police__posts", "testpur")
    dataset = replace(small.catalogue.datasets[place[0]], sla=Sla(frequency_days=7, latency_days=1))
    datasets = {**small.catalogue.datasets, place[0]: dataset}
    weekly = replace(small, catalogue=replace(small.catalogue, datasets=datasets))
    now = small.ledger.last_received()[place] + timedelta(days=days, minutes=1)
    assert [line.late_days for line in status(weekly, now) if line.table == place[0]] == [late]

"""What a proposed release lets out, and how, as the release itself says."""

import json
from pathlib import Path

import pytest

from orchestration.difference import going
from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.store import releases
from orchestration.store.releases import ReleaseFault
from tests.conftest import ROOT
from tests.orchestration.conftest import CHECKER


def kinds(one) -> dict[str, str]:
    return {treatment["column"]: treatment["kind"] for treatment in one.entry["treatments"]}


def test_each_column_is_told_with_its_treatment(small: Project) -> None:
    areas, posts = going(small)
    assert (posts.change.dataset, posts.change.form) == ("police__posts", "rows")
    assert (posts.entry["k"], posts.entry["measures"]) == (None, {})
    assert (posts.change.rows_before, posts.change.rows_after, posts.change.change) == (None, 3, "added")
    assert kinds(posts) == {
        "post_id": "pseudonym", "lat": "drop", "lon": "drop", "version": "keep", "ward_id": "keep",
    }  # fmt: skip
    assert set(posts.entry["title"]) == {"en", "hi"}
    assert areas.change.rows_after == 2


def test_an_aggregate_is_told_with_its_k_its_measures_and_grains(own_home: Path) -> None:
    """Of a sample city's wards and requests, by the shipped contracts."""
    from orchestration.sample import write_sample

    project = Project.open(Settings(own_home, ROOT / "data_contracts", f"sqlite:///{own_home / 'l.sqlite'}", None))
    write_sample(own_home / "inbox", scale="small", cities=["meghavan"], tables=["police__footage_requests"])
    run(project, "asha", cities=["meghavan"], datasets=["police__footage_requests"], release=False)
    run(project, "asha", cities=["meghavan"], datasets=["iccc__wards"])
    told = {one.change.dataset: one for one in going(project)}["police__footage_requests"]
    contract = project.catalogue.datasets["police__footage_requests"]
    assert (told.change.form, told.entry["k"]) == ("aggregate", contract.publication.k)
    assert told.entry["measures"] == contract.publication.measures
    (month,) = [one for one in told.entry["treatments"] if one["column"] == "requested_at"]
    assert (month["kind"], month["to"]) == ("generalise", "month")
    assert kinds(told)["officer"] == "drop"
    assert set(kinds(told).values()) <= {"keep", "drop", "mask", "pseudonym", "generalise", "counted"}


def test_an_older_current_release_without_a_catalogue_hinders_nothing(small: Project) -> None:
    first = releases.listed(small.ledger)[0].id
    with small.writing():
        releases.approve(small.home, small.ledger, first, CHECKER)
    (small.home.root / "inbox/testpur/police/posts/c.csv").write_text("post_id,lat,lon,version\nP9,12.5,77.2,1\n")
    run(small, "asha")
    (small.home.releases / first / "catalog.json").unlink()
    manifest = small.home.releases / first / "manifest.json"
    told = json.loads(manifest.read_text())
    told["datasets"].append({**told["datasets"][0], "table": "police__gone"})
    told["tables"]["police__gone"] = "0"
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(told))
    found = {one.change.dataset: one for one in going(small)}
    posts, gone = found["police__posts"].change, found["police__gone"]
    assert (posts.rows_before, posts.rows_after, posts.change) == (3, 4, "changed")
    assert (gone.change.change, gone.entry) == ("removed", None)


@pytest.mark.parametrize("harm", ["missing", "broken", "list"])
def test_a_release_that_does_not_say_what_it_holds_is_a_fault_of_one_line(small: Project, harm: str) -> None:
    file = small.home.releases / releases.listed(small.ledger)[0].id / "catalog.json"
    file.unlink()
    if harm != "missing":
        file.write_text("{" if harm == "broken" else "[]")
    with pytest.raises(ReleaseFault, match=r"catalog.json is missing or not readable") as fault:
        going(small)
    assert len(str(fault.value).splitlines()) == 1

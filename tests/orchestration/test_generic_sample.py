"""Rows from a contract alone, and the texts that fit its patterns."""

from pathlib import Path

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from data_contracts import catalogue
from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.sample import NotMade, generic
from orchestration.sample.maker import World
from orchestration.sample.patterns import example
from orchestration.sample.profile import FIVE
from orchestration.sample.write import write_cities
from orchestration.trial import try_file

CONTRACTS = catalogue.load()
WARDS = "iccc__wards"
CITIES = {profile.city: profile for profile in FIVE[:3]}
# Each dataset in one city, so that other formats of the sample have their turn too.
EACH = [(list(CITIES)[turn % len(CITIES)], table) for turn, table in enumerate(CONTRACTS.datasets) if table != WARDS]
# Its rows must add up, which chance does not do.
WITHOUT = {"revenue__vmd_leases"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A home in which each of the cities has wards."""
    home = tmp_path_factory.mktemp("generic") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAVAH_MASTER_KEY", "5a" * 32)
        worlds = [World(profile, CONTRACTS, 7, 0.1, 40) for profile in CITIES.values()]
        list(write_cities(CONTRACTS, worlds, home / "inbox", [WARDS]))
        ledger = f"sqlite:///{home / 'ledger.sqlite'}"
        opened = Project.open(Settings(home, Path(CONTRACTS.datasets[WARDS].file).parents[1], ledger, None))
        run(opened, "asha", datasets=[WARDS], release=False)
    return opened


@pytest.mark.parametrize(("city", "table"), EACH)
def test_rows_from_the_contract_alone_keep_all_its_rules(
    project: Project, city: str, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = CONTRACTS.datasets[table]
    monkeypatch.setattr("orchestration.sample.maker.own_maker", lambda other: None)
    world = World(CITIES[city], CONTRACTS, 7, 0.1, 40)
    if table in WITHOUT:
        with pytest.raises(NotMade, match=f"{table}: no row keeps .*; write orchestration/sample/"):
            world.batch(table)
        return
    [*_, file] = write_cities(CONTRACTS, [world], tmp_path, [table])
    trial = try_file(project, dataset, file, city)
    assert (trial["held"], trial["quarantined"], trial["reasons"]) == (None, 0, {})
    assert trial["accepted"] == trial["rows_read"] > 0


def test_the_same_contract_gives_the_same_rows() -> None:
    dataset, world = CONTRACTS.datasets["municipal_services__grievances"], World(FIVE[0], CONTRACTS, 7, 0.1, 40)
    import numpy as np

    first, second = (generic.maker(dataset).build(world, np.random.default_rng(3)).files for _ in range(2))
    assert all(first[name].equals(second[name]) for name in first)


@given(
    st.sampled_from(
        [
            *(column.options["pattern"] for d in CONTRACTS.datasets.values() for column in d.columns
              if "pattern" in column.options),
            r"^\d{2,}-[^\d-]+?(x|yy|)\s?\S*$", r"a{3}b{0,2}[^a]", r"^(?i:ab)[A-Fx-z\d_]\w\W\D.$",
        ]
    ),
    st.data(),
)  # fmt: skip
def test_a_text_made_for_a_pattern_fits_it(pattern: str, data: st.DataObject) -> None:
    text = example(pattern, lambda n: data.draw(st.integers(0, n - 1)))
    assert re2.search(pattern, text)
    assert re2.search(pattern, example(pattern))


@pytest.mark.parametrize("pattern", [r"(a)\1", r"a(?=b)"])
def test_a_pattern_that_is_not_understood_is_said(pattern: str) -> None:
    with pytest.raises(ValueError, match="is not understood"):
        example(pattern)

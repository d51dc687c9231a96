"""The sample's files against the contracts and its own truth, read and judged here by other code than ours."""

import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from data_contracts import catalogue
from orchestration.sample.chance import stream
from orchestration.sample.maker import World, maker_of, own_maker
from orchestration.sample.mission import mission, write_contracts
from orchestration.sample.planting import plant
from orchestration.sample.profile import FIVE
from orchestration.sample.write import write_cities
from orchestration.trial import try_file
from tests.conftest import ROOT
from tests.orchestration import sample_files
from tests.orchestration.sample_judge import KINDS, code_rules, judged, place_of

CONTRACTS = catalogue.load()
# Smaller than any sample that is offered: each shape of file, few rows.
SCALE, DEVICES = 0.01, 40
# Between them they send every format.
TWICE = ("meghavan", "phulkheda", "tarangpur")
CITIES = {profile.city: profile for profile in FIVE}
EACH = [
    (city, table)
    for city, profile in CITIES.items()
    for table, dataset in CONTRACTS.datasets.items()
    if profile.sends(table) and own_maker(dataset)
]
READ = [(city, table) for city, table in EACH if CONTRACTS.datasets[table].department not in CITIES[city].broken]
PLAIN = [(city, table) for city, table in READ if sample_files.is_plain(CONTRACTS.datasets[table].source(city))]


def write(inbox, truth=None, seed=7, cities=tuple(CITIES), tables=()):
    worlds = [World(CITIES[city], CONTRACTS, seed, SCALE, DEVICES) for city in cities]
    return list(write_cities(CONTRACTS, worlds, inbox, tables, truth))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    root = tmp_path_factory.mktemp("sample")
    write(root / "inbox", root / "truth")
    return root


def files(root, city, table):
    return sorted((root / "inbox" / city / Path(*table.split("__"))).iterdir())


def truth_of(root, city, table):
    return json.loads((root / "truth" / city / f"{table}.json").read_text(encoding="utf-8"))


@cache
def tables(root, city, table):
    """File name → headers and rows of cells."""
    source = CONTRACTS.datasets[table].source(city)
    return {path.name: sample_files.read(path, source) for path in files(root, city, table)}


def contents(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(sample, tmp_path):
    # In a process of its own: the order of a set differs from one to the next.
    code = f"import sys, pathlib; from {__name__} import write; write(pathlib.Path(sys.argv[1]), cities={TWICE})"
    environment = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "inbox")], cwd=ROOT, env=environment, check=True)
    for city in TWICE:
        mine, other = contents(sample / "inbox" / city), contents(tmp_path / "inbox" / city)
        assert mine.keys() == other.keys()
        assert [name for name in mine if mine[name] != other[name]] == []


def test_another_seed_gives_other_bytes(sample, tmp_path):
    write(tmp_path / "inbox", seed=8, cities=["phulkheda"])
    mine, other = contents(sample / "inbox" / "phulkheda"), contents(tmp_path / "inbox" / "phulkheda")
    assert mine.keys() == other.keys()
    assert [name for name in mine if mine[name] == other[name]] == []


def test_the_inbox_holds_the_deliveries_and_nothing_else(tmp_path):
    inbox = tmp_path / "inbox"
    written = write(inbox, cities=["meghavan"])
    assert sorted(written) == sorted(path for path in inbox.rglob("*") if path.is_file())
    # Names sort as the deliveries arrive.
    for folder in {path.parent for path in written}:
        mine = [path for path in written if path.parent == folder]
        assert mine == sorted(mine)


def test_a_city_sends_what_its_profile_says(sample):
    found = {(path.parts[-3], "__".join(path.parts[-2:])) for path in (sample / "inbox").glob("*/*/*")}
    assert found == set(EACH)
    assert {table for city, table in found if city == "phulkheda"} == CITIES[
        "phulkheda"
    ].feeds & CONTRACTS.datasets.keys()


@pytest.mark.parametrize(("city", "table"), PLAIN)
def test_each_file_has_the_columns_of_its_contract(sample, city, table):
    dataset = CONTRACTS.datasets[table]
    source = dataset.source(city)
    for headers, rows in tables(sample, city, table).values():
        assert all(len(row) == len(headers or row) for row in rows)
        if headers is None:
            continue
        kept = [header for header in headers if header not in source.properties.ignored_columns]
        found = Counter(
            column.name
            for header in kept
            for column in dataset.file_columns
            if header in (*column.source_names, column.properties.source_pointer)
            or (header == "geometry" and column.logical_type == "geometry")
        )
        lacking = {column.name for column in dataset.file_columns} - found.keys()
        assert lacking <= {*source.properties.optional_columns, *nulls(dataset)}
        assert set(found.values()) == {1}
        assert len(kept) == found.total()


def nulls(dataset):
    """Columns that an XML may lack altogether, and those that stand once beside the records."""
    return {c.name for c in dataset.file_columns if not c.required or c.properties.source_document}


@pytest.mark.parametrize(("city", "table"), PLAIN)
def test_the_truth_counts_the_rows_of_each_file(sample, city, table):
    found = {name: len(rows) for name, (_, rows) in tables(sample, city, table).items()}
    assert truth_of(sample, city, table)["files"] == found


@pytest.mark.parametrize(("city", "table"), PLAIN)
def test_the_truth_names_every_cell_that_is_no_value_of_its_column(sample, city, table):
    dataset, planted = CONTRACTS.datasets[table], truth_of(sample, city, table)
    judges = {column.name: judge for column in dataset.file_columns if (judge := judged(dataset, column, city))}
    rules = {f"{column}.{kind}" for column in judges for kind in KINDS} | set(code_rules(dataset, judges))
    expected = sorted((name, row, rule) for name, row, rule in planted["rows"] if rule in rules)
    found = []
    for name, (headers, rows) in tables(sample, city, table).items():
        places = {
            column: place for column in judges if (place := place_of(headers, dataset.by_name[column])) is not None
        }
        found += [
            (name, number, rule)
            for number, row in enumerate(rows)
            for column, place in places.items()
            for rule in judges[column](row[place])
        ]
    assert sorted(found) == expected


@pytest.mark.parametrize(("city", "table"), PLAIN)
def test_the_planted_personal_values_are_in_the_files(sample, city, table):
    personal = truth_of(sample, city, table)["personal"]
    text = "\n".join(
        str(cell)
        for _, rows in tables(sample, city, table).values()
        for row in rows
        for cell in row
        if cell is not None
    )
    assert [value for value in personal if value not in text] == []
    assert len(personal) == len(set(personal)) <= 200


@pytest.mark.parametrize(("city", "table"), [(city, table) for city, table in EACH if (city, table) not in READ])
def test_each_file_of_a_broken_department_is_held(sample, city, table, pravah, own_home):
    from orchestration.project import Project, Settings

    write(own_home / "inbox", cities=[city], tables=["iccc__wards"])
    pravah("run", "--as", "asha", "--no-release")
    project = Project.open(Settings.read())
    planted = truth_of(sample, city, table)
    assert planted["rows"] == []
    assert planted["held"] == [path.name for path in files(sample, city, table)]
    for path in files(sample, city, table):
        assert try_file(project, CONTRACTS.datasets[table], path, city)["held"], path.name


@pytest.mark.parametrize("profile", FIVE, ids=lambda profile: profile.city)
def test_wards_cover_the_city_and_zones_hold_together(profile):
    ground = World(profile, CONTRACTS, 7, SCALE, DEVICES).ground
    zone = np.array(ground.zones)
    assert len(ground.outlines) == len(set(ground.ids)) == len({name.latin for name in ground.names}) == profile.wards
    assert len(set(zone)) == profile.zones
    assert shapely.is_valid(ground.outlines).all()
    assert shapely.coverage_is_valid(ground.outlines)
    assert {shapely.union_all(ground.outlines[zone == name]).geom_type for name in zone} == {"Polygon"}
    assert shapely.box(*CONTRACTS.cities[profile.city].bounds).contains(shapely.union_all(ground.outlines))


@pytest.mark.parametrize("city", CITIES)
def test_a_table_that_others_refer_to_keeps_the_good_row_beside_a_spoilt_one(city):
    world = World(CITIES[city], CONTRACTS, 7, SCALE, DEVICES)
    needed = {
        table for dataset in CONTRACTS.datasets.values() for table in dataset.requires if world.profile.sends(table)
    }
    assert needed
    for dataset in map(CONTRACTS.datasets.__getitem__, needed):
        files = plant(dataset, maker_of(dataset), world, stream(7, city)).values()
        good = pd.concat([file.rows.drop(index=list(file.rules)) for file in files])[list(dataset.key)]
        clean = world.rows(dataset.table)[list(dataset.key)]
        assert sum(len(file.rules) for file in files) > 0
        assert set(good.itertuples(index=False)) == set(clean.itertuples(index=False))


def test_a_mission_has_a_hundred_cities_and_all_devices(tmp_path):
    cities = mission(seed=7)
    assert len({profile.city for profile in cities}) == 100
    assert sum(profile.devices for profile in cities) == 59_802
    assert {profile.like for profile in cities} == CITIES.keys()
    write_contracts(7, ROOT / "data_contracts", tmp_path / "contracts")
    contracts = catalogue.load(tmp_path / "contracts")
    assert contracts.cities.keys() == {profile.city for profile in cities}
    assumed = {name: city.footage_assumptions for name, city in contracts.cities.items()}
    assert all(assumed[profile.city] == assumed[profile.like] is not None for profile in cities)


@pytest.mark.parametrize("like", CITIES)
def test_a_coined_city_sends_what_its_kin_does(like, tmp_path):
    write_contracts(7, ROOT / "data_contracts", tmp_path / "contracts")
    contracts = catalogue.load(tmp_path / "contracts")
    coined = next(profile for profile in mission(seed=7) if profile.kin == like)
    written = list(write_cities(contracts, [World(coined, contracts, 7, SCALE, DEVICES)], tmp_path / "inbox"))
    assert {"__".join(path.parts[-3:-1]) for path in written} == {table for city, table in EACH if city == like}
    assert {path.parts[-4] for path in written} == {coined.city}


def test_every_dataset_has_a_maker_of_its_own():
    assert [table for table, dataset in CONTRACTS.datasets.items() if not own_maker(dataset)] == []


def test_a_broken_maker_is_no_missing_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "orchestration.sample.faults", None)
    monkeypatch.delitem(sys.modules, "orchestration.sample.iccc.wards", raising=False)
    with pytest.raises(ModuleNotFoundError):
        own_maker(CONTRACTS.datasets["iccc__wards"])

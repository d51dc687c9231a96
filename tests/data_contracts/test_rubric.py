"""The rubric: the shipped one whole and in two languages, faults told at their line, an indicator added."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from data_contracts import catalogue
from data_contracts.catalogue import HOME
from data_contracts.faults import ContractFaults
from data_contracts.indicator import Criterion, Indicator
from data_contracts.rubric import FILE, PREFIX, Dimension, League, Level, Rubric, read_rubric
from tests.conftest import ROOT, Pravah
from tests.contracts_kit import column, contract, marked, write
from transforms.compiling import compile_rubric

CATALOGUE = catalogue.load()
assert CATALOGUE.rubric is not None
EMF: Rubric = CATALOGUE.rubric
DOMAIN_CLASSES = {"computed": 33, "mixed": 2, "reviewed": 4}
each_indicator = pytest.mark.parametrize("indicator", EMF.indicators, ids=lambda one: one.id)

# The shipped rubric


def test_the_shipped_rubric_has_39_indicators_of_the_classes_and_dimensions_of_its_specification():
    assert Counter(one.evidence for one in EMF.indicators) == DOMAIN_CLASSES
    per_dimension = {"functional": 10, "technological": 8, "governance": 11, "engagement": 10}
    assert Counter(one.dimension for one in EMF.indicators) == per_dimension
    assert {one.id for one in EMF.indicators if one.evidence == "mixed"} == {"F2", "T7"}
    assert {one.id for one in EMF.indicators if one.evidence == "reviewed"} == {"T8", "G1", "G2", "C10"}
    assert {one.id for one in EMF.indicators if one.unit == "points"} == {"T7", "T8", "G1", "G2", "G8", "C10"}
    assert {one.dimension: one.weight for one in EMF.indicators} == dict.fromkeys(PREFIX, Decimal(1))
    assert [int(one.weight) for one in EMF.dimensions] == [30, 25, 25, 20]


def test_its_levels_bands_and_leagues_are_those_of_its_specification():
    assert [(one.strict, one.share) for one in EMF.levels] == [(25, 0), (50, 30), (66, 50), (85, 70)]
    assert (EMF.bands, EMF.coverage_least) == ((33, 66, 95), 60)
    people = [0, 499_999, 500_000, 999_999, 1_000_000, 20_000_000, None]
    assert list(map(EMF.league, people)) == ["small", "small", "medium", "medium", "large", "large", None]


def test_its_floors_and_targets_are_those_of_its_specification():
    lower = {one.id for one in EMF.indicators if one.better == "lower"}
    assert lower == {"F5", "F6", "F8", "G5"}
    told = {one.id: (one.floor, one.target) for one in EMF.indicators if one.unit != "points"}
    assert told == dict(
        **{"F1": (0, 10), "F2": (0, 60), "F3": (25, 75), "F4": (0, 90), "F5": (168, 24), "F6": (15, 1)},
        **{"F7": (80, 98), "F8": (10, 0.5), "F9": (50, 90), "F10": (0, 5), "T1": (80, 99), "T2": (50, 95)},
        **{"T3": (70, 98), "T4": (80, 99), "T5": (50, 95), "T6": (50, 100), "G3": (0, 80), "G4": (0, 100)},
        **{"G5": (3, 0), "G6": (50, 95), "G7": (80, 100), "G9": (30, 90), "G10": (0, 100), "G11": (0, 90)},
        **{"C1": (0, 30), "C2": (0, 80), "C3": (50, 100), "C4": (40, 100), "C5": (0, 80), "C6": (0, 90)},
        **{"C7": (0, 50), "C8": (2, 4), "C9": (0, 100)},
    )


def texts(model: BaseModel) -> Iterator[tuple[str, str, str]]:
    """Each text of a rubric, or of a part of it, with its Hindi: where, English, Hindi."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if f"{name.rstrip('_')}_hi" in type(model).model_fields:
            yield name, value, getattr(model, f"{name.rstrip('_')}_hi")
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
        for part in (part for part in parts if isinstance(part, BaseModel)):
            yield from ((f"{name}.{where}", english, hindi) for where, english, hindi in texts(part))


def test_every_text_is_in_both_languages():
    found = list(texts(EMF))
    assert len(found) > 39 * 5
    for where, english, hindi in found:
        assert re.search("[A-Za-z]", english) and not re.search("[ऀ-ॿ]", english), where
        assert re.search("[ऀ-ॿ]", hindi), (where, english)


def test_it_says_that_it_is_our_own_and_not_the_ministrys():
    assert "own framework" in EMF.note and "not the ministry's assessment" in EMF.note
    assert "अपना ढाँचा" in EMF.note_hi and "मंत्रालय का मूल्यांकन नहीं" in EMF.note_hi
    told = [english for _, english, _ in texts(EMF) if "ministry" in english.lower()]
    assert told == [EMF.note]


@each_indicator
def test_a_reader_is_led_to_rows_behind_the_query(indicator: Indicator):
    if indicator.query is None:
        assert indicator.rows == "iccc__declarations"
        return
    behind = {indicator.rows, *CATALOGUE.by_way_of(indicator.rows), *CATALOGUE.made_of(indicator.rows)}
    assert behind & {*indicator.reads}
    assert "rounds" in indicator.reads


@each_indicator
def test_a_share_with_an_interval_is_one_of_cases(indicator: Indicator):
    assert (indicator.interval == "wilson") == bool(re.search(r"100 \* hits / n AS value", indicator.query or ""))


def test_rates_of_few_footage_requests_or_ratings_count_as_missing():
    least = {one.id: one.least_n for one in EMF.indicators if one.least_n}
    assert {least[id] for id in ("F3", "F4", "F5", "F6")} == {20}
    assert least["C8"] == 10


def test_its_hash_can_be_computed_without_this_software_and_is_no_part_of_a_release():
    folder = HOME / "maturity"
    files = [folder / FILE, *sorted(folder.glob("*.sql"))]
    assert EMF.hash == hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    parts = (CATALOGUE.datasets, CATALOGUE.marts, CATALOGUE.cities, CATALOGUE.departments, CATALOGUE.vocabulary)
    assert catalogue.Catalogue(*parts).hash == CATALOGUE.hash


def test_every_indicator_stands_on_its_page_of_the_docs():
    page = (ROOT / "docs/reference/maturity.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([FTGC][0-9]+)` \| (.+) \|$", page, re.MULTILINE))
    assert [*rows] == [one.id for one in EMF.indicators]
    for one in EMF.indicators:
        scale = "criteria" if one.unit == "points" else f"{one.floor:g} → {one.target:g}"
        told = rows[one.id].split(" | ")
        assert told[0] == one.title and told[1].startswith(one.evidence) and told[2].startswith(scale), one.id


@pytest.mark.parametrize("model", [Rubric, Level, League, Dimension, Criterion, Indicator])
def test_every_key_of_a_rubric_stands_on_that_page(model: type[BaseModel]):
    page = (ROOT / "docs/reference/maturity.md").read_text(encoding="utf-8")
    assert {field.alias for field in model.model_fields.values()} <= {*re.findall(r"`([^`]+)`", page)}


# Bad rubrics

LEVELS = "".join(
    f"  - {{level: {level}, name: L, nameHi: ल, strict: {strict}, share: {share}}}\n"
    for level, strict, share in [(1, 25, 0), (2, 50, 30), (3, 66, 50), (4, 85, 70)]
)
DIMENSIONS = "".join(
    f"  - {{id: {name}, title: D, titleHi: द, text: D, textHi: द, weight: {weight}}}\n"
    for name, weight in [("functional", 30), ("technological", 25), ("governance", 25), ("engagement", 20)]
)
HEAD = f"""\
id: emf
version: 1.0.0
title: T
titleHi: ट
note: N
noteHi: न
coverageLeast: 60
levels:
{LEVELS}\
bands: [33, 66, 95]
leagues:
  - {{id: small, title: S, titleHi: स, below: 500000}}
  - {{id: large, title: L, titleHi: ल}}
dimensions:
{DIMENSIONS}\
indicators:
"""
MEASURED = "unit: pct\n    floor: 0\n    target: 60\n    better: higher"
JUDGED = (
    "unit: points\n    better: higher\n    criteria:\n"
    "      4: {text: A, textHi: अ}\n      3: {text: B, textHi: ब}\n      2: {text: C, textHi: स}"
)
READS = "reads: [works__lamps, rounds]"


def entry(id: str, dimension: str, evidence: str = "computed", measure: str = MEASURED, reads: str = READS) -> str:
    return f"""\
  - id: {id}
    dimension: {dimension}
    title: Title of {id}
    titleHi: ट
    text: W
    textHi: व
    formula: F
    formulaHi: फ
    evidence: {evidence}
    {measure}
    weight: 1
    source: S
    sourceHi: स
    raise: R
    raiseHi: र
    effort: 1
    {reads}
    rows: works__lamps
"""


GOOD = HEAD + "".join(
    [
        entry("F1", "functional"),
        entry("T1", "technological"),
        entry("G1", "governance", "reviewed", JUDGED, "reads: []"),
        entry("C1", "engagement", "mixed"),
    ]
)
LAMPS = contract("lamps", [column("id", key=True), column("lit", "boolean")])
FACTS = "count(*) AS value, count(*) AS hits, count(*) AS n, true AS complete"
QUERY = (
    f"SELECT l.city, r.assessment_round, {FACTS} FROM works__lamps AS l CROSS JOIN rounds AS r "
    "GROUP BY l.city, r.assessment_round\n"
)


def project(root: Path, rubric: str = GOOD, **queries: str | None) -> Path:
    """A project with a rubric and the queries f1, t1 and c1; one of None is left out. Returns the rubric's file."""
    write(root, LAMPS)
    file = root / "maturity" / FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(rubric, encoding="utf-8")
    for name, sql in {"f1": QUERY, "t1": QUERY, "c1": QUERY, **queries}.items():
        if sql is not None:
            file.with_name(f"{name}.sql").write_text(sql, encoding="utf-8")
    return file


def changed(*changes: tuple[str, str]) -> str:
    """The good rubric with the first place of each text changed; `#!` in the new text announces a fault there."""
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def test_a_good_rubric_loads_and_compiles(tmp_path: Path):
    project(tmp_path)
    loaded = catalogue.load(tmp_path)
    assert loaded.rubric is not None
    assert compile_rubric(loaded.rubric, loaded) == []
    assert loaded.rubric.by_id["F1"].query == QUERY
    assert loaded.rubric.by_id["G1"].query is None


def test_a_project_without_a_rubric_loads(tmp_path: Path):
    write(tmp_path, LAMPS)
    assert catalogue.load(tmp_path).rubric is None


F1 = "  - id: F1\n    dimension: functional"


@pytest.mark.parametrize(
    "changes",
    [
        # How indicators come to a score.
        [("weight: 30", "weight: 31"), ("dimensions:", "dimensions:  #! weights sum to 101")],
        [("weight: 30}", "weight: 0}  #! greater than 0")],
        [("weight: 30}", "weight: -30}  #! greater than 0")],
        [("weight: 30}", "weight: .nan}  #! finite number")],
        [("weight: 30}", "weight: .inf}  #! finite number")],
        [("weight: 30}", "weight: 30.00001}  #! decimal places")],
        [
            ("id: engagement", "id: governance"),
            ("weight: 20}", "weight: 20}  #! governance stands twice"),
            ("dimension: engagement", "dimension: engagement  #! engagement is no dimension"),
        ],
        [("id: functional", "id: charm"), ("weight: 30}", "weight: 30}  #! Input should be")],
        [("strict: 50", "strict: 25"), ("levels:", "levels:  #! do not rise")],
        [("share: 50", "share: 20"), ("levels:", "levels:  #! do not rise")],
        [("level: 4", "level: 5"), ("levels:", "levels:  #! are not 1, 2, 3 and 4")],
        [("strict: 85", "strict: .inf"), ("share: 70}", "share: 70}  #! less than or equal")],
        [("bands: [33, 66, 95]", "bands: [33, 33, 95]  #! do not rise")],
        [("bands: [33, 66, 95]", "bands: [33, .nan, 95]  #! less than or equal")],
        [("below: 500000}", "below: 0}  #! greater than 0")],
        [(", below: 500000", ""), ("leagues:", "leagues:  #! do not rise to one without end")],
        [("titleHi: ल}\nd", "titleHi: ल, below: 9}\nd"), ("leagues:", "leagues:  #! do not rise to one without end")],
        [("id: large", "id: small"), ("titleHi: ल}\nd", "titleHi: ल}  #! small stands twice\nd")],
        [("coverageLeast: 60", "coverageLeast: 101  #! less than or equal")],
        [("version: 1.0.0", "version: newest  #! should match pattern")],
        [("noteHi: न", "noteHi: ''  #! at least 1 character")],
        [("noteHi: न", "noteHi: न\nrank: 1  #! is not known here")],
        # What an indicator is.
        [
            (
                "  - id: T1\n",
                "  - id: F1  #! F1 stands twice #! F1 is not of technological #! its query f1.sql is not there\n",
            )
        ],
        [("id: T1\n", "id: C2  #! C2 is not of technological #! its query c2.sql is not there\n")],
        [("id: T1\n", "id: X1  #! should match pattern\n")],
        [
            ("dimension: technological", "dimension: charm  #! charm is no dimension"),
            ("dimensions:", "dimensions:  #! technological has no indicator"),
        ],
        [("evidence: computed", "evidence: hearsay  #! Input should be")],
        [("target: 60", "target: 0  #! F1 has its floor as its target")],
        [("target: 60", "target: .nan  #! finite number")],
        [("floor: 0", "floor: -.inf  #! finite number")],
        [("better: higher", "better: lower  #! F1 goes another way")],
        [("    target: 60\n", ""), ("unit: pct", "unit: pct  #! F1 has no floor or no target")],
        [("unit: pct", "unit: share  #! Input should be")],
        [("unit: pct", "interval: wilson  #! F1 has Wilson's interval\n    unit: hours")],
        [("unit: pct", "criteria: {4: {text: A, textHi: अ}}  #! F1 has criteria\n    unit: pct")],
        [("unit: points", "unit: points  #! G1 is told in points\n    floor: 1")],
        [("      2: {text: C, textHi: स}\n", ""), ("criteria:", "criteria:  #! G1 does not say what 4, 3 and 2")],
        [("reads: []", "reads: [rounds]  #! G1 is reviewed and reads 1 tables")],
        [(READS, "reads: []  #! F1 is computed and reads 0 tables #! which `reads` does not name")],
        [("effort: 1", "effort: 4  #! Input should be")],
        [
            ("leagues", "legues"),
            ("id: emf", "id: emf  #! Field required"),
            ("legues:", "legues:  #! is not known here"),
        ],
        [(F1, f"{F1}\n    query: select 1  #! is not known here")],
        # Which tables it names.
        [
            (
                READS,
                "reads: [works__lamps, works__poles, rounds]  #! does not read works__poles #! works__poles, which is",
            )
        ],
        [("rows: works__lamps", "rows: works__poles  #! F1 names works__poles, which is no table")],
        [(READS, "reads: [rounds]  #! reads works__lamps, which `reads` does not name")],
    ],
    ids=lambda changes: " ".join(re.findall(r"#! ?([^#\n]*)", " ".join(new for _, new in changes))),
)
def test_a_fault_of_a_rubric_is_told_at_its_line(tmp_path: Path, changes: list[tuple[str, str]]):
    file = project(tmp_path, changed(*changes))
    _, faults = catalogue.read(tmp_path)
    # A query that an indicator left behind is another matter.
    found = [fault for fault in faults if fault.file == file]
    expected = marked(file)
    assert len(found) == len(expected) > 0, list(map(str, found))
    for line, words in expected:
        assert [fault for fault in found if fault.line == line and words in fault.message], (line, words, found)
    assert all(len(fault.remedy) > 5 for fault in found)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("DELETE FROM works__lamps", "is not one SELECT"),
        ("DROP TABLE works__lamps", "is not one SELECT"),
        ("INSERT INTO works__lamps SELECT * FROM rounds", "is not one SELECT"),
        ("COPY works__lamps TO 'lamps.csv'", "is not one SELECT"),
        ("ATTACH 'other.duckdb'", "is not one SELECT"),
        (f"{QUERY}; DELETE FROM works__lamps", "is not one SELECT"),
        (f"{QUERY} UNION ALL SELECT * FROM works__poles", "reads works__poles, which `reads` does not name"),
        (QUERY.replace("works__lamps", "main.works__lamps"), "reads from something that is no table"),
        (QUERY.replace("works__lamps", "read_csv('/etc/passwd')"), "reads files or the environment"),
        (QUERY.replace("works__lamps", "'lamps.parquet'"), "which `reads` does not name"),
        (QUERY.replace("count(*) AS n", "now() AS n"), "gives another value on another day"),
        (QUERY.replace("count(*) AS n", "random() AS n"), "gives another value on another day"),
        (QUERY.replace("count(*) AS n", "getenv('HOME') AS n"), "reads files or the environment"),
        (QUERY.replace(" CROSS JOIN rounds AS r", ""), "does not read rounds"),
        ("SELECT FROM WHERE", "is not SQL"),
        ("", "is not one SELECT"),
        (None, "its query f1.sql is not there"),
    ],
)
def test_a_query_that_does_what_it_may_not_is_refused(tmp_path: Path, sql: str | None, words: str):
    file = project(tmp_path, f1=sql)
    _, faults = catalogue.read(tmp_path)
    entry_line = GOOD[: GOOD.index("  - id: F1")].count("\n") + 1
    within = range(entry_line, entry_line + entry("F1", "functional").count("\n"))
    (fault,) = faults
    assert (fault.file, fault.line in within, words in fault.message) == (file, True, True), str(fault)
    with pytest.raises(ContractFaults):
        catalogue.load(tmp_path)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (QUERY.replace("r.assessment_round, count", "count", 1), "assessment_round"),
        (QUERY.replace("count(*) AS n", "bool_and(l.dark) AS n"), "dark"),
        (QUERY.replace("count(*) AS n", "count_all(l.id) AS n"), "count_all"),
    ],
)
def test_a_query_that_gives_no_facts_does_not_compile(tmp_path: Path, sql: str, words: str):
    file = project(tmp_path, f1=sql)
    loaded = catalogue.load(tmp_path)
    assert loaded.rubric is not None
    (fault,) = compile_rubric(loaded.rubric, loaded)
    assert "the query of F1 does not compile" in fault.message
    assert (fault.file, words in fault.message, fault.remedy) == (file, True, "mend f1.sql"), str(fault)


def test_a_query_that_is_no_utf_8_is_told_as_such(tmp_path: Path):
    file = project(tmp_path)
    file.with_name("f1.sql").write_bytes(b"\xff\xfe")
    (fault,) = catalogue.read(tmp_path)[1]
    assert (fault.file.name, fault.message) == ("f1.sql", "is not UTF-8")


def test_a_query_of_no_indicator_is_a_fault(tmp_path: Path):
    project(tmp_path, g1=QUERY, f9=QUERY)
    assert [(fault.file.name, fault.line) for fault in catalogue.read(tmp_path)[1]] == [("f9.sql", 1), ("g1.sql", 1)]


@pytest.mark.parametrize("text", ["", "- a\n", "id: [", "id: emf\nid: emf\n"])
def test_what_is_no_mapping_is_no_rubric(tmp_path: Path, text: str):
    file = project(tmp_path, text)
    loaded, faults = catalogue.read(tmp_path)
    assert loaded.rubric is None
    assert [fault.file for fault in faults] == [file]


# The command, and a new indicator


@pytest.mark.parametrize(
    ("rubric", "sql", "words"),
    [
        (changed(("target: 60", "target: 0")), QUERY, "F1 has its floor as its target"),
        (GOOD, QUERY.replace("l.city", "l.town"), "the query of F1 does not compile"),
    ],
)
def test_contracts_check_tells_of_the_rubric(
    tmp_path: Path, pravah: Pravah, monkeypatch: pytest.MonkeyPatch, rubric: str, sql: str, words: str
):
    project(tmp_path, rubric, f1=sql)
    monkeypatch.setenv("PRAVAH_CONTRACTS", str(tmp_path))
    code, out, _ = pravah("contracts", "check")
    assert code == 1
    assert words in out


def test_an_indicator_is_added_by_an_entry_and_its_query(tmp_path: Path):
    project(tmp_path)
    before = catalogue.load(tmp_path).rubric
    project(tmp_path, GOOD + entry("C2", "engagement"), c2=QUERY)
    loaded = catalogue.load(tmp_path)
    assert before and loaded.rubric
    assert {*loaded.rubric.by_id} - {*before.by_id} == {"C2"}
    assert loaded.rubric.by_id["C2"].query == QUERY
    assert compile_rubric(loaded.rubric, loaded) == []


def test_the_hash_changes_with_the_rubric_and_with_any_query(tmp_path: Path):
    variants: list[tuple[str, dict[str, str | None]]] = [
        (GOOD, {}),
        (changed(("weight: 1\n", "weight: 2\n")), {}),
        (GOOD, {"c1": QUERY + "-- the same\n"}),
    ]
    hashes = set()
    for rubric, queries in variants:
        project(tmp_path, rubric, **queries)
        found, faults = read_rubric(tmp_path / "maturity")
        assert found and not faults
        hashes.add(found.hash)
    assert len(hashes) == len(variants)

"""Drafts of files as offices send them: valid once their TODOs are filled, and never with a value of a person."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_contracts import catalogue
from data_contracts.odcs import OdcsReader
from tests.conftest import Pravah
from tests.contracts_kit import PERSON, PHONE
from tests.drafting_kit import DEPARTMENT, filled, tried
from tests.transforms.kit import xlsx_bytes
from transforms.drafting.draft import draft
from transforms.drafting.guess import DraftFault
from transforms.reading import sheets, workbook

DAYS = [f"{day:02}/03/2026" for day in range(1, 29)]


def csv_of(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def many(count: int, row: Callable[[int], str]) -> list[str]:
    return [row(number) for number in range(count)]


def made(tmp_path: Path, content: bytes, name: str = "sample") -> tuple[Path, dict[str, dict[str, Any]], str]:
    """A file's draft: the file, its columns by name with their custom properties flat, the draft's text."""
    file = tmp_path / name
    file.write_bytes(content)
    text = draft(file, DEPARTMENT, "things").yaml
    columns = yaml.safe_load(text)["schema"][0]["properties"]
    return file, {column["name"]: {**column, **flat(column)} for column in columns}, text


def flat(given: dict[str, Any]) -> dict[str, Any]:
    return {one["property"]: one["value"] for one in given.get("customProperties", [])}


def server(text: str) -> dict[str, Any]:
    one = yaml.safe_load(text)["servers"][0]
    return {"format": one["format"], **flat(one)}


# Whole drafts

PEOPLE = csv_of(
    "Complaint No,Applicant,Mobile,Ward,Opened", *many(30, lambda n: f"C{n},{PERSON},{PHONE},{n % 5},{DAYS[n % 28]}")
)
RECORDS = [{"id": f"a{n}", "at": {"lat": 19.1, "lon": 72.9}, "level": f"{n} m"} for n in range(30)]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": [f"a{n}" for n in range(30)], "on": [date(2026, 1, 2)] * 30, "n": range(30)}), out)
    return out.getvalue()


KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>"""
PLACEMARK = """<Placemark><name>P{0}</name><description>x</description><ExtendedData>
<Data name="ward"><value>{0}</value></Data></ExtendedData>
<Point><coordinates>72.9,19.1</coordinates></Point></Placemark>"""
FEATURES = [
    {"type": "Feature", "properties": {"code": f"{n:03}"}, "geometry": {"type": "Point", "coordinates": [72.9, 19.1]}}
    for n in range(30)
]
WHOLE: dict[str, tuple[str, bytes]] = {
    "csv": ("csv", PEOPLE),
    "gz": ("csv", gzip.compress(PEOPLE)),
    "zip": ("csv", zipped(people__csv=PEOPLE)),
    "semicolons, cp1252": ("csv", "Straße;Größe\n".encode("cp1252") + b"".join(b"caf\xe9;1,5\n" for _ in range(30))),
    "utf-16": ("csv", PEOPLE.decode().encode("utf-16")),
    "utf-16 without a mark": ("csv", PEOPLE.decode().encode("utf-16-le")),
    "a preamble": ("csv", b"Report of the office\n\n" + PEOPLE),
    "xlsx": (
        "xlsx",
        xlsx_bytes(("Ward", "Day", "Count"), *((f"W{n}", datetime(2026, 1, 1 + n), n) for n in range(25))),
    ),
    "xlsx with a preamble": (
        "xlsx",
        xlsx_bytes(("A report",), (), ("Ward", "Count"), *((f"W{n}", n) for n in range(25))),
    ),
    "json": ("json", json.dumps(RECORDS).encode()),
    "json below a key": ("json", json.dumps({"meta": {"n": 1}, "data": {"rows": RECORDS}}).encode()),
    "ndjson": ("ndjson", "\n".join(map(json.dumps, RECORDS)).encode()),
    "geojson": ("geojson", json.dumps({"type": "FeatureCollection", "features": FEATURES}).encode()),
    "ndgeojson": ("ndgeojson", "\n".join(map(json.dumps, FEATURES)).encode()),
    "kml": ("kml", KML.format("".join(PLACEMARK.format(n) for n in range(25))).encode()),
    "kmz": ("kmz", zipped(doc__kml=KML.format("".join(PLACEMARK.format(n) for n in range(25))).encode())),
    "xml": (
        "xml",
        b"<rows>" + b"".join(b"<row id='%d'><level>%d</level></row>" % (n, n) for n in range(25)) + b"</rows>",
    ),
    "parquet": ("parquet", parquet()),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_filled_draft_reads_its_own_file(tmp_path: Path, kind: str):
    format, content = WHOLE[kind]
    file = tmp_path / "sample"
    file.write_bytes(content)
    outcome = tried(file)
    assert outcome.dataset.sources[0].format == format
    assert outcome.checked.rows_read == outcome.accepted >= 24
    assert outcome.draft.table_preview.rows


def test_a_large_workbook_is_drafted_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _, content = WHOLE["xlsx with a preamble"]
    _, _, expected = made(tmp_path, content)
    monkeypatch.setattr(workbook, "TEXT_BYTES", 0)
    monkeypatch.setattr(sheets, "laid_out", None)
    assert made(tmp_path, content)[2] == expected


def test_a_draft_without_answers_is_faulted_at_its_todos_alone(tmp_path: Path):
    _, _, text = made(tmp_path, PEOPLE)
    folder = tmp_path / DEPARTMENT
    folder.mkdir()
    file = folder / "things.odcs.yaml"
    file.write_text(text)
    reader = OdcsReader(file, {})
    lines = text.splitlines()
    assert {fault.message for fault in reader.faults} == {"is still to be decided"}
    found = {fault.line for fault in reader.faults}
    assert found == {place for place, line in enumerate(lines, start=1) if "TODO: " in line and "#" not in line}
    file.write_text(filled(text))
    assert OdcsReader(file, {}).faults == []


def test_no_value_of_a_person_stands_in_the_draft_or_its_findings(tmp_path: Path):
    file, columns, text = made(tmp_path, PEOPLE)
    assert PERSON not in text and PHONE not in text
    assert {name for name, column in columns.items() if column["treatment"] == "keep"} == {"ward"}
    findings = draft(file, DEPARTMENT, None).findings
    assert {("Applicant", "name", "name"), ("Mobile", "mobile", "value")} <= {
        (one.column, one.kind, one.by) for one in findings
    }
    assert PERSON not in str(findings) and PHONE not in str(findings)


# Guesses


def column(tmp_path: Path, cells: Iterable[str], name: str = "Thing") -> dict[str, Any]:
    """A column of these cells, each repeated until there are some, beside one that makes the rows differ."""
    cells = list(cells)
    rows = many(max(40, len(cells)), lambda n: f"r{n}\t{cells[n % len(cells)]}")
    _, columns, _ = made(tmp_path, csv_of(f"ref\t{name}", *rows))
    return list(columns.values())[1]


@pytest.mark.parametrize(
    ("cells", "kind", "more"),
    [
        (["1", "2", "-3"], "integer", {}),
        (["007", "012"], "string", {}),
        (["1.5", "2", "1e3"], "number", {}),
        (["12,63,343", "1,250", "7"], "integer", {"grouping": "indian"}),
        (["1,271,418", "12,345.5"], "number", {"grouping": "western"}),
        (["₹ 1,200", "₹ 12,63,343"], "integer", {"grouping": "indian", "sourceMarks": ["₹"]}),
        (["12 m", "98 ft"], "number", {"unit": "m", "sourceSuffixes": ["m", "ft"]}),
        (["54%", "3%"], "number", {"unit": "pct"}),
        (["१२", "३४"], "integer", {"digits": "devanagari"}),
        (["yes", "No", "NO"], "boolean", {"trueValues": ["yes"], "falseValues": ["NO", "No"]}),
        (["24:10:00", "5:00:30"], "integer", {"duration": "h:mm:ss", "unit": "s"}),
        ([" a ", "b"], "string", {"repairs": ["trim"]}),
        (["a  b", "c"], "string", {"repairs": ["foldSpaces"]}),
        (["31/01/2026", "02/03/2026"], "date", {"logicalTypeOptions": {"format": "dd/MM/yyyy"}}),
        (["01/31/2026", "02/03/2026"], "date", {"logicalTypeOptions": {"format": "MM/dd/yyyy"}}),
        (["05-Jan-2026", "7-Mar-2026"], "date", {"logicalTypeOptions": {"format": "dd-MMM-yyyy"}}),
        (["20260131", "20260201"], "date", {"logicalTypeOptions": {"format": "yyyyMMdd"}}),
        (
            ["2026-01-31T10:00:00+05:30", "2026-02-01T00:00:00Z"],
            "timestamp",
            {"logicalTypeOptions": {"format": "yyyy-MM-dd'T'HH:mm:ssXXX"}},
        ),
        (
            ["31-01-2026 10:00", "2026-02-01 00:00:00"],
            "timestamp",
            {
                "logicalTypeOptions": {"format": "yyyy-MM-dd HH:mm:ss", "defaultTimezone": "Asia/Kolkata"},
                "sourceFormats": ["dd-MM-yyyy HH:mm"],
            },
        ),
    ],
)  # fmt: skip
def test_the_type_follows_from_the_cells(tmp_path: Path, cells: list[str], kind: str, more: dict[str, Any]):
    found = column(tmp_path, cells)
    assert found["logicalType"] == kind
    assert {key: found.get(key) for key in more} == more


def test_what_some_cells_do_not_read_is_counted_and_asked(tmp_path: Path):
    rows = many(100, lambda n: f"r{n},{'soon' if n in (3, 40) else '31/01/2026'}")
    _, _, text = made(tmp_path, csv_of("ref,Opened", *rows))
    assert "# 98 of 100 cells read as dd/MM/yyyy; 2 do not" in text
    assert "soon" not in text


def test_a_date_that_can_be_read_both_ways_is_asked(tmp_path: Path):
    _, _, text = made(tmp_path, csv_of("ref,Opened", *many(30, lambda n: f"r{n},0{n % 9 + 1}/02/2026")))
    assert "day and month could be the other way round" in text


def test_short_lists_become_rules_and_lists_of_people_do_not(tmp_path: Path):
    rows = many(60, lambda n: f"r{n},{('wet', 'dry')[n % 2]},{(PERSON, 'Asha')[n % 2]},{('Shri A', 'Smt B')[n % 2]}")
    _, columns, text = made(tmp_path, csv_of("ref,Kind,Officer,Handled by", *rows))
    assert columns["kind"]["quality"][0]["arguments"] == {"validValues": ["dry", "wet"]}
    assert "quality" not in columns["officer"] and "quality" not in columns["handled_by"]
    assert PERSON not in text and "Shri A" not in text


def test_texts_without_a_value_are_found_and_types_follow_from_the_rest(tmp_path: Path):
    _, columns, text = made(tmp_path, csv_of("ref,Level (m)", *many(40, lambda n: f"r{n},{'NA' if n % 5 else n}")))
    assert server(text)["nullValues"] == ["", "NA"]
    assert (columns["level_m"]["logicalType"], columns["level_m"]["unit"]) == ("integer", "m")
    assert columns["level_m"]["logicalTypeOptions"] == {"minimum": 0}


def test_coordinates_are_known_also_where_they_are_swapped(tmp_path: Path):
    _, columns, _ = made(tmp_path, csv_of("ref,Latitude,Longitude", *many(30, lambda n: f"r{n},72.9{n},19.1{n}")))
    assert columns["lat"]["swapCoordinates"] == {"column": "lon", "when": "always"}
    assert {name: columns[name]["treatment"] for name in ("lat", "lon")} == {"lat": "drop", "lon": "drop"}


def test_wards_are_joined_where_the_catalogue_has_them(tmp_path: Path):
    file = tmp_path / "poles.csv"
    file.write_bytes(
        csv_of("Pole No,Latitude,Longitude,Police Station", *many(30, lambda n: f"r{n},19.1{n},72.9{n},P{n % 3}"))
    )
    text = draft(file, DEPARTMENT, None, catalogue.load()).yaml
    assert "{property: boundary, value: iccc__wards}" in text
    assert "transformLogic: place(lat, lon).ward_id" in text
    assert "- name: station\n" in text
    assert "titleHi" not in text.partition("name: station\n")[2]


def test_a_key_is_a_number_by_name_and_never_a_serial(tmp_path: Path):
    _, columns, _ = made(tmp_path, csv_of("Sl No,Work No,Amount", *many(30, lambda n: f"{n + 1},W{n},{n}.5")))
    assert [name for name, one in columns.items() if one.get("primaryKey")] == ["work_no"]


def test_names_that_cannot_be_told_apart_are_passed_over_and_said(tmp_path: Path):
    _, columns, text = made(tmp_path, csv_of("a,,b,b,कुल", *many(30, lambda n: f"{n},x,1,2,{n}")))
    assert server(text)["ignoredColumns"] == ["", "b"]
    assert set(columns) == {"a", "column_2"}


def test_points_of_records_are_latitude_and_longitude(tmp_path: Path):
    points = [{"id": n, "location": {"type": "Point", "coordinates": [72.9, 19.1]}} for n in range(5)]
    _, columns, _ = made(tmp_path, json.dumps(points).encode())
    assert columns["lat"]["sourcePointer"] == "/location/coordinates/1"
    assert columns["lon"]["sourcePointer"] == "/location/coordinates/0"


# A law

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), max_size=8)
CELLS = st.one_of(CELL, st.sampled_from(["1", "2.5", "31/01/2026", "NA", ""]))
HEADER = st.lists(st.text("abcdefg हिन्दी_1", min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=4)
ROWS = st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=HEADER, rows=ROWS)
def test_whatever_is_drafted_is_a_contract_that_reads_its_file(
    tmp_path: Path, header: list[str], rows: list[list[str]]
):
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header, *(row[: len(header)] for row in rows)])
    file = tmp_path / "sample.csv"
    file.write_text(out.getvalue(), encoding="utf-8", newline="")
    try:
        outcome = tried(file)
    except DraftFault:
        return
    assert outcome.checked.rows_read == outcome.accepted + outcome.checked.quarantined
    assert outcome.checked.rows_read == len(rows)


# Faults


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"a,b\n", "no record"),
        (b"1,2\n3,4\n", "no row of names"),
        (b"\0\1\2\3" * 100, ""),
        (b"PK\x03\x04" + b"\0" * 40, "no zip"),
        (b"PAR1" + b"\0" * 40, ""),
        (b"SQLite format 3\0" + b"\0" * 40, ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""),
        (b"\x1f\x8b" + b"\0" * 40, "no gz"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><body></body></html>", "web page"),
        (b"<a><b></a>", "well-formed"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a><b>&x;</b></a>', "document type"),
        (b"[" * 5000, "nested"),
        (b'{"a": 1}', "no array"),
        (b'[{"a": 1}', ""),
        (b'[{"a": ' + b"9" * 5000 + b"}]", "digits"),
        (b'a,b\n1,"2\n', "quote"),
        (zipped(a__csv=b"a\n1\n", b__csv=b"a\n1\n"), "members"),
    ],
)
def test_a_hostile_file_is_one_line(tmp_path: Path, content: bytes, words: str):
    file = tmp_path / "sample"
    file.write_bytes(content)
    with pytest.raises(DraftFault) as fault:
        draft(file, DEPARTMENT, None)
    assert len(str(fault.value).splitlines()) == 1
    assert words in str(fault.value)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_is_drafted_or_refused_in_one_line(tmp_path: Path, data: st.DataObject):
    content = WHOLE[data.draw(st.sampled_from(sorted(WHOLE)))][1]
    at = data.draw(st.integers(0, len(content) - 1))
    put = data.draw(st.sampled_from([b"", b"\0", b'"', b"[[", b"<", b"\n", b"9" * 30, b"\xff"]))
    file = tmp_path / "sample"
    file.write_bytes(content[:at] + put + content[at + data.draw(st.integers(0, 40)) :])
    try:
        draft(file, DEPARTMENT, None)
    except DraftFault as fault:
        assert len(str(fault).splitlines()) == 1


@pytest.mark.parametrize("word", ["Solid Waste", "../x", "", "1st"])
def test_a_department_that_is_no_name_is_refused(tmp_path: Path, word: str):
    file = tmp_path / "sample.csv"
    file.write_bytes(PEOPLE)
    with pytest.raises(DraftFault, match="the department"):
        draft(file, word, None)


# The command


def test_the_command_prints_a_draft_and_says_what_is_left(tmp_path: Path, pravah: Pravah, own_home: Path):
    file = tmp_path / "street lights.csv"
    file.write_bytes(PEOPLE)
    code, out, err = pravah("draft", str(file), "--department", "municipal_services")
    assert code == 0
    assert yaml.safe_load(out)["domain"] == "municipal_services"
    assert yaml.safe_load(out)["name"] == "street_lights"
    assert "may be personal: column Mobile: mobile, 30 of 30 cells" in err
    assert PERSON not in out + err and PHONE not in out + err
    assert not own_home.exists()


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [(None, [], 2), (b"\x1f\x8b", [], 1), (PEOPLE, ["--department", "Solid Waste"], 1)],
)
def test_what_cannot_be_drafted_is_one_line(
    tmp_path: Path, pravah: Pravah, content: bytes | None, words: list[str], code: int
):
    file = tmp_path / "sample.csv"
    if content is not None:
        file.write_bytes(content)
    ended, out, err = pravah("draft", str(file), *words)
    assert (ended, out, len(err.splitlines())) == (code, "", 1)

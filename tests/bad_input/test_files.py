"""What departments really send, through the command line: held with place, rule and remedy; the others go on."""

import io
import json
import zipfile
from typing import Any

import pytest
import yaml

from tests.bad_input.conftest import GOOD, HEADER, Site
from tests.contracts_kit import PERSON, PHONE, column, contract, write
from tests.transforms.kit import patched, xlsx_bytes

ROW = f"3,{PERSON},{PHONE},5,east"
CSV = f"{HEADER}\n{ROW}\n{ROW.replace('3', '4', 1)}\n".encode()
CELLS = [HEADER.split(","), ["3", PERSON, PHONE, 5, "east"]]
SHEET = xlsx_bytes(*CELLS)
FORMULA = xlsx_bytes(CELLS[0], ["3", PERSON, PHONE, ("=2+3", 5), "east"])
RECORD = {"id": "3", "name": PERSON, "phone": PHONE, "n": 5, "zone": "east"}
JSON = json.dumps([RECORD, {**RECORD, "id": "4"}]).encode()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<c>" * (20 << 20))
    return out.getvalue()


def renamed(old: str, new: str) -> bytes:
    return CSV.replace(old.encode(), new.encode(), 1)


CASES = {
    "empty": ("lamps", b"", "byte 0: file.empty"),
    "only a header": ("lamps", f"{HEADER}\n".encode(), "the file: file.empty"),
    "cut in a line": ("lamps", CSV[:-12], "line 3: csv.columns"),
    "cut in a quote": ("lamps", CSV.replace(PERSON.encode(), b'"' + PERSON.encode(), 1), "the file: csv.quote"),
    "latin letters": ("lamps", CSV.replace(b"east", "est é".encode("cp1252")), "byte 49: file.encoding"),
    "utf-16": ("lamps", CSV.decode().encode("utf-16"), "byte 3: file.nul"),
    "a NUL byte": ("lamps", CSV.replace(b"east", b"ea\0st", 1), "byte 47: file.nul"),
    "two unclosed quotes": ("lamps", CSV.replace(b"east", b'"east'), "line 2: csv.quote"),
    "a quote inside": ("lamps", CSV.replace(b"east", b'"ea"st"', 1), "csv.quote"),
    "a missing column": ("lamps", renamed(",zone", "").replace(b",east", b""), "line 1: header.missing"),
    "a renamed column": ("lamps", renamed("phone", f"{PERSON} {PHONE}"), "line 1: header.missing"),
    "a repeated column": ("lamps", renamed("zone", "zone,zone").replace(b"east", b"east,east"), "header.repeated"),
    "no header": ("lamps", CSV.partition(b"\n")[2], "line 1: header.missing"),
    "another delimiter": ("lamps", CSV.replace(b",", b";"), "line 1: header.missing"),
    "a short line": ("lamps", CSV + b"5,x\n", "line 4: csv.columns"),
    "a long line": ("lamps", CSV + f"{ROW},{PHONE}\n".encode(), "line 4: csv.columns"),
    "mixed line ends": ("lamps", CSV + ROW.encode() + b"\r\n" + ROW.encode() + b"\n", "the file: csv.shape"),
    "a million columns": ("lamps", CSV + f"{PHONE},".encode() * 150_000 + b"x\n", "line 4: csv.columns"),
    "a line of 3 MB": ("lamps", CSV + b"z" * (3 << 20) + b"\n", "line 4: csv.line"),
    "a header of 2 MB": ("lamps", b"z," * (1 << 20) + CSV, "line 1: csv.line"),
    "a workbook as CSV": ("lamps", SHEET, "file.nul"),
    "a page as CSV": ("lamps", b"<html><body>Session expired</body></html>\n", "line 1: header.missing"),
    "an empty workbook": ("sheets", b"", "the file: xlsx.shape"),
    "a cut workbook": ("sheets", SHEET[: len(SHEET) // 2], "the file: xlsx.shape"),
    "a damaged workbook": ("sheets", SHEET[:60] + b"\0\0\0\0" + SHEET[64:], "the file: xlsx.shape"),
    "a CSV as workbook": ("sheets", CSV, "the file: xlsx.shape"),
    "a locked workbook": ("sheets", bytes.fromhex("d0cf11e0a1b11ae1") + CSV, "the file: xlsx.password"),
    "a formula": ("sheets", FORMULA, "a cell of the workbook: xlsx.formula"),
    "an error": (
        "sheets",
        patched(SHEET, b'<c r="D2"><v>5</v>', b'<c r="D2" t="e"><v>#N/A</v>'),
        "a cell of the workbook: xlsx.error",
    ),
    "a note beside the table": ("sheets", xlsx_bytes(*CELLS, [None] * 7 + [PERSON]), "sheet 1, row 3: xlsx.columns"),
    "a stray cell": (
        "sheets",
        patched(SHEET, b"</row></sheetData>", b'<c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "a sheet of the workbook: xlsx.size",
    ),
    "a title above": ("sheets", xlsx_bytes([f"Report of {PERSON}"], *CELLS), "sheet 1, row 1: header.missing"),
    "a zip bomb": ("sheets", bomb(), "the file: zip.bomb"),
    "cut JSON": ("records", JSON[:-1], "after record 2: json.syntax"),
    "JSON cut in a record": ("records", JSON[:-60], "after record 1: json.syntax"),
    "JSON with more behind": ("records", JSON + JSON, "after record 2: json.syntax"),
    "JSON of another encoding": ("records", JSON.decode().encode("utf-16"), "json.syntax"),
    "one record": ("records", json.dumps(RECORD).encode(), "the file: file.empty"),
    "no records": ("records", b"[]", "the file: file.empty"),
    "names for records": ("records", json.dumps([PERSON, PHONE]).encode(), "record 0: json.record"),
    "a missing key": ("records", json.dumps([{"id": "3", "name": PERSON}]).encode(), "every record: header.missing"),
    "a number without end": ("records", JSON.replace(b": 5", b": " + b"5" * 9000, 1), "json.number"),
    "nesting without end": ("records", b"[" * 100_000, "json.depth"),
    "a page as JSON": ("records", b"<html>Session expired</html>", "after record 0: json.syntax"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_held_and_the_others_go_on(site: Site, case: str):
    dataset, content, expected = CASES[case]
    site.put(dataset, "march.dat", content)
    site.put("poles", "march.csv", GOOD)
    code, out, err = site.run()
    site.silent(out, err)
    assert code == 1

    (line,) = [line for line in out.splitlines() if line.startswith("held: ")]
    prefix = f"held: works__{dataset} of navsagar: navsagar/works/{dataset}/march.dat: "
    assert line.startswith(prefix)
    reason, _, remedy = line.removeprefix(prefix).partition("; ")
    assert expected in reason
    assert reason.count(": ") >= 2, "place, rule and message"
    assert len(remedy) > 10, "what to do"
    assert "Traceback" not in err

    code, told = site.facts()
    assert code == 1
    assert told["datasets"][f"works__{dataset}"]["held"] == line.removeprefix(f"held: works__{dataset} of navsagar: ")
    assert told["datasets"][f"works__{dataset}"]["rows_read"] == 0
    assert (
        told["datasets"]["works__poles"] | {"accepted": 2, "public": 2, "held": None}
        == told["datasets"]["works__poles"]
    )
    assert told["release"] and not told["new"]

    code, out, err = site.pravah("status", "--json")
    site.silent(out, err)
    (waiting,) = [entry for entry in json.loads(out) if entry["held"]]
    assert (waiting["dataset"], waiting["held"]) == (dataset, [told["datasets"][f"works__{dataset}"]["held"]])


@pytest.mark.parametrize("case", ["cut in a quote", "a formula", "cut JSON", "a renamed column"])
def test_a_dry_run_says_the_same_and_keeps_nothing(site: Site, case: str, tmp_path):
    dataset, content, expected = CASES[case]
    file = tmp_path / "march.dat"
    file.write_bytes(content)
    contract = str(site.contracts / "works" / f"{dataset}.odcs.yaml")
    code, out, err = site.pravah("read", contract, str(file), "--city", "navsagar", "--json")
    site.silent(out, err)
    assert code == 1
    assert expected in json.loads(out)["held"]
    code, out, err = site.pravah("read", contract, str(file), "--city", "navsagar")
    site.silent(out, err)
    assert code == 1
    assert expected in out
    assert not list((site.home / "landing").iterdir())


def test_what_stood_before_a_bad_delivery_stands_after_it(site: Site):
    site.put("lamps", "1 march.csv", GOOD)
    assert site.run()[0] == 0
    site.put("lamps", "2 april.csv", CSV[:-12])
    code, told = site.facts()
    assert code == 1
    lamps = told["datasets"]["works__lamps"]
    assert (lamps["accepted"], lamps["public"]) == (2, 2)
    assert "2 april.csv" in lamps["held"] and "1 march.csv" not in lamps["held"]
    assert not told["new"], "nothing that stands has changed"


def test_several_bad_deliveries_are_all_told(site: Site):
    site.put("lamps", "a.csv", b"")
    site.put("lamps", "b.csv", CSV[:-12])
    site.put("lamps", "c.csv", GOOD)
    site.put("sheets", "d.xlsx", FORMULA)
    code, told = site.facts()
    assert code == 1
    held = told["datasets"]["works__lamps"]["held"]
    assert "a.csv: byte 0: file.empty" in held and "b.csv: line 3: csv.columns" in held and "c.csv" not in held
    assert "d.xlsx" in told["datasets"]["works__sheets"]["held"]
    assert told["datasets"]["works__lamps"]["accepted"] == 2


BAD_ROWS = f"""{HEADER}
3,{PERSON},{PHONE},five {PHONE},east
4,{PERSON},{PERSON},5,east
,{PERSON},{PHONE},5,east
5,{PERSON},{PHONE},-1,
6,{PERSON},{PHONE},5,west
""".encode()


def test_bad_rows_are_quarantined_by_place_and_rule_and_never_by_value(site: Site):
    site.put("lamps", "march.csv", BAD_ROWS)
    code, told = site.facts()
    assert code == 0, "rows in quarantine wait, the delivery stands"
    lamps = told["datasets"]["works__lamps"]
    assert (lamps["rows_read"], lamps["accepted"], lamps["quarantined"], lamps["public"]) == (5, 1, 4, 1)
    code, out, err = site.pravah("quarantine", "--json")
    site.silent(out, err)
    assert [(entry["row"], entry["rule"]) for entry in json.loads(out)] == [
        (0, "n.type"),
        (1, "phone.pattern"),
        (2, "id.required"),
        (3, "n.minimum"),
        (3, "zone.required"),
    ]
    for words in (("quarantine",), ("status",), ("status", "--json"), ("release", "list"), ("release", "diff")):
        _, out, err = site.pravah(*words)
        site.silent(out, err)


def test_the_same_delivery_under_another_name_is_a_duplicate(site: Site):
    site.put("lamps", "march.csv", CSV)
    code, first = site.facts()
    assert code == 0 and first["new"]
    site.put("lamps", "march (1).csv", CSV)
    code, second = site.facts()
    assert code == 0
    assert second["release"] == first["release"] and not second["new"]
    before, after = first["datasets"]["works__lamps"], second["datasets"]["works__lamps"]
    assert (after["rows_read"], after["duplicate"]) == (2 * before["rows_read"], before["rows_read"])
    assert (after["accepted"], after["public"]) == (before["accepted"], before["public"])


def test_a_row_that_breaks_what_a_rule_takes_for_granted_stops_its_dataset_alone(site: Site):
    """A rule that fails at night is no fault of the file, and its words may hold a value."""
    file = site.contracts / "works" / "lamps.odcs.yaml"
    given = yaml.safe_load(file.read_text())
    rule = {"name": "r", "type": "custom", "engine": "pravah", "implementation": "cast(name as integer) > 0"}
    given["schema"][0]["quality"] = [rule]
    write(site.contracts, given)
    site.put("lamps", "march.csv", CSV)
    site.put("poles", "march.csv", GOOD)
    code, told = site.facts()
    assert code == 1
    assert told["datasets"]["works__lamps"]["held"].startswith("failed with ConversionException at ")
    assert told["datasets"]["works__poles"]["accepted"] == 2


# The name of a column may be personal as well: it is for staff, and stands in the ledger alone.
STRANGER = "Remarks of Qvzname"


def test_a_column_that_the_contract_does_not_name_is_left_out_and_its_name_is_for_staff(site: Site):
    site.put("lamps", "march.csv", CSV.replace(b"\n", f",{STRANGER}\n".encode()))
    code, told = site.facts()
    assert code == 0
    assert STRANGER not in str(told)
    assert not [file for file in site.leaving() if "ledger" not in file.name and STRANGER.encode() in file.read_bytes()]
    lamps = told["datasets"]["works__lamps"]
    assert (lamps["rows_read"], lamps["accepted"], lamps["public"], lamps["held"]) == (2, 2, 2, None)
    for words in (("status",), ("status", "--json"), ("quarantine",), ("release", "list"), ("release", "diff")):
        _, out, err = site.pravah(*words)
        assert STRANGER not in out + err
    (line,) = [one for one in json.loads(site.pravah("status", "--json")[1]) if one["dataset"] == "lamps"]
    assert line["drift"] == {"header.unknown": 1}
    assert [(one.place, one.words) for one in site.drift("lamps")] == [("line 1, column 6", STRANGER)]


def test_a_column_that_drifted_holds_with_a_proposal_that_is_for_staff(site: Site):
    lines = [f"{n},{PERSON},{PHONE},{n}.5,east" for n in range(3, 150)]
    site.put("lamps", "march.csv", "\n".join([HEADER, *lines, ""]).encode())
    code, out, err = site.run()
    site.silent(out, err)
    assert code == 1 and "column n: drift.type: 147 of 147 values of n are not of its type" in out
    (change,) = site.drift("lamps")
    assert yaml.safe_load(change.words) == [{"name": "n", "logicalType": "number"}]
    assert PERSON not in change.words and PHONE not in change.words


def two_levels(site: Site, **properties: Any) -> None:
    """Two deliveries of the same levels, in metres and then in feet."""
    level = column("level", "number", "keep", unit="m", **properties)
    write(site.contracts, contract("levels", [column("day", key=True), level]))
    for name, scale in {"1 march.csv": 1, "2 april.csv": 1 / 0.3048}.items():
        rows = [f"{name[0]}-{n},{(700 + n / 10) * scale}" for n in range(120)]
        site.put("levels", name, "\n".join(["day,level", *rows, ""]).encode())


def test_a_median_that_moves_by_itself_can_be_declared_as_sound(site: Site):
    two_levels(site, driftUnits=False)
    code, told = site.facts()
    assert code == 0
    assert told["datasets"]["works__levels"]["accepted"] == 240


def test_a_delivery_in_another_unit_than_the_one_before_is_held_and_the_one_before_stands(site: Site):
    two_levels(site)
    code, told = site.facts()
    assert code == 1
    levels = told["datasets"]["works__levels"]
    assert levels["accepted"] == 120 and "2 april.csv: the delivery: drift.unit: a median moved" in levels["held"]
    assert "driftUnits" in levels["held"]
    (change,) = site.drift("levels")
    (proposal,) = yaml.safe_load(change.words)
    assert proposal["customProperties"] == [{"property": "sourceUnit", "value": "ft"}]

"""Personal data hidden in every format and place is found, and its value is told nowhere."""

import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.transforms.privacy.scan.kit import AADHAAR, HIDING, MOBILE, SPACED, VALUES, picture
from transforms.privacy.scan.report import Report, scan


def entities(report: Report) -> set[str]:
    return {hit.entity for hit in report.hits}


def told(report: Report) -> str:
    """All that a report says, without what may stand between digits."""
    text = json.dumps(report.as_json())
    return text + text.replace(" ", "").replace("-", "")


@pytest.mark.parametrize("name", HIDING)
@pytest.mark.parametrize("entity", VALUES)
def test_what_is_hidden_is_found_and_not_told(tmp_path, name, entity):
    value = VALUES[entity]
    HIDING[name](tmp_path / name, value)
    report = scan(tmp_path)
    assert entity in entities(report)
    assert report.failed == []
    assert all(hit.artefact.startswith(name) for hit in report.hits)
    assert value not in told(report)
    assert value.replace(" ", "") not in told(report)


@pytest.mark.parametrize("name", HIDING)
def test_nothing_is_found_where_nothing_is_hidden(tmp_path, name):
    HIDING[name](tmp_path / name, "all is well")
    assert scan(tmp_path).hits == []


def test_names_of_files_and_folders_are_searched_and_masked(tmp_path):
    folder = tmp_path / f"calls to {MOBILE}"
    folder.mkdir()
    (folder / f"{AADHAAR}.txt").write_text("x")
    report = scan(tmp_path)
    assert [(hit.artefact, hit.entity) for hit in report.hits] == [("calls to <PHONE_NUMBER>", "PHONE_NUMBER")]
    assert MOBILE not in told(report)


def test_a_name_is_masked_where_it_cannot_be_searched_too(tmp_path):
    (tmp_path / f"{AADHAAR}.pdf").write_bytes(b"%PDF-1.7 cut")
    report = scan(tmp_path)
    assert [failure.artefact for failure in report.failed] == ["<IN_AADHAAR>.pdf"]


@pytest.mark.parametrize("number", [float(AADHAAR), int(AADHAAR), Decimal(AADHAAR)], ids=["double", "whole", "decimal"])
def test_a_number_under_its_name_shows_its_digits(tmp_path, number):
    pq.write_table(pa.table({"aadhaar_no": [number]}), tmp_path / "a.parquet")
    book = openpyxl.Workbook()
    book.active.append(["Register of ward 4"])
    book.active.append(["ward", "Aadhaar number"])
    book.active.append([4, number])
    book.save(tmp_path / "b.xlsx")
    (tmp_path / "c.json").write_text(json.dumps({"aadhaarNumber": float(number)}))
    (tmp_path / "d.csv").write_text(f"ward,aadhaar\n4,{AADHAAR}\n")
    found = {(hit.artefact, hit.entity) for hit in scan(tmp_path).hits}
    places = ["a.parquet!aadhaar_no", "b.xlsx!Sheet", "c.json", "d.csv!aadhaar"]
    assert {(place, "IN_AADHAAR") for place in places} <= found


def test_column_names_are_context_and_numbers_without_are_none(tmp_path):
    for heading in ("reading_inr", "sq_metres", "order_no"):
        (tmp_path / f"{heading}.csv").write_text(f"ward,{heading}\n1,{MOBILE}\n2,{AADHAAR}\n")
    assert scan(tmp_path).hits == []


def test_digests_tokens_times_and_places_are_no_findings(tmp_path):
    digest = "3f9876501234ab" * 5
    rows = "\n".join(
        f"{digest[:64]},{digest[:32]},3f987650-1234-4678-9876-501234ab12cd,2026-11-25T18:55:00Z,77.{MOBILE},12.9716"
        for _ in range(50)
    )
    (tmp_path / "a.csv").write_text(f"sha256,token,id,at,longitude,latitude\n{rows}\n")
    (tmp_path / "b.log").write_text(rows)
    assert scan(tmp_path).hits == []


def test_digits_alone_are_no_digest(tmp_path):
    (tmp_path / "a.txt").write_text(f"{MOBILE} " * 2 + "0" * 32)
    assert [hit.count for hit in scan(tmp_path).hits] == [2]


def test_where_a_photo_was_taken_is_found(tmp_path):
    from PIL import Image

    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (12.0, 58.0, 17.76), 3: "E", 4: (77.0, 35.0, 40.2)}
    (tmp_path / "a.jpg").write_bytes(picture("JPEG", exif=exif))
    assert entities(scan(tmp_path)) == {"HOME_LOCATION"}


def test_findings_are_counted_by_artefact(tmp_path):
    (tmp_path / "a.csv").write_text(f"ward,first,second\n1,{MOBILE},{MOBILE}\n2,{MOBILE},\n3,{SPACED},\n")
    (tmp_path / "b.csv").write_text("ward\n1\n")
    report = scan(tmp_path)
    assert report.as_json() == {
        "artefacts": 2,
        "hits": [
            {"artefact": "a.csv!first", "entity": "IN_AADHAAR", "count": 1},
            {"artefact": "a.csv!first", "entity": "PHONE_NUMBER", "count": 2},
            {"artefact": "a.csv!second", "entity": "PHONE_NUMBER", "count": 1},
        ],
        "failed": [],
    }


def test_one_file_can_be_scanned_also_by_a_link(tmp_path):
    (tmp_path / "a.txt").write_text(MOBILE)
    (tmp_path / "current").symlink_to(tmp_path / "a.txt")
    assert scan(tmp_path / "current").hits == scan(tmp_path / "a.txt").hits != []


def test_nothing_to_scan_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "none")


# The command line


def test_the_command_tells_where_and_ends_with_1(tmp_path, pravah):
    (tmp_path / "a.csv").write_text(f"ward,first\n1,{MOBILE}\n")
    code, out, err = pravah("scan", str(tmp_path), "--json")
    assert (code, err) == (1, "")
    hit = {"artefact": "a.csv!first", "entity": "PHONE_NUMBER", "count": 1}
    assert json.loads(out) == {"artefacts": 1, "hits": [hit], "failed": []}
    code, out, _ = pravah("scan", str(tmp_path))
    assert code == 1
    assert "a.csv!first" in out
    assert MOBILE not in out


def test_the_command_ends_with_0_where_all_is_clean_and_1_where_it_could_not_look(tmp_path, pravah):
    (tmp_path / "a.csv").write_text("ward\n1\n")
    assert pravah("scan", str(tmp_path))[:2] == (0, "nothing found in 1 artefacts\n")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7")
    code, out, _ = pravah("scan", str(tmp_path))
    assert (code, out) == (1, "not searched: b.pdf is no PDF, or is cut short or damaged\n")


def test_the_command_wants_a_path_that_is_there(tmp_path, pravah):
    assert pravah("scan", str(tmp_path / "none"))[0] == 2


def test_it_opens_no_home(tmp_path, pravah, own_home):
    pravah("scan", str(tmp_path))
    assert not Path(own_home).exists()

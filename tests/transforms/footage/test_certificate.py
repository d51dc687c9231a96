"""A draft says what the data say, says DRAFT on each page, and leaves the statement to a person."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from transforms.footage.certificate import Evidence, draft, monitored

FONTS = Path("portal/pages/assets/fonts").resolve()
HASH, SEAL = "ab" * 32, "cd" * 32


def utc(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def evidence(recordings: int = 2) -> Evidence:
    """Footage of an afternoon, its events, and three days of monitoring with a gap and a broken link."""
    looks = pd.date_range("2026-08-09T18:30Z", "2026-08-12T18:29Z", freq="h")
    looks = looks[(looks < utc("2026-08-11T00:00")) | (looks > utc("2026-08-11T05:00"))]
    broken = looks >= utc("2026-08-12T12:00")
    return Evidence(
        city="Sample city",
        request_id="FR-000123",
        camera_id="ABC-C0001",
        device_type="camera",
        recorder_id="NVR-7",
        recordings=pd.DataFrame(
            {
                "recording_id": [f"RC-{number:07}" for number in range(recordings)],
                "start_at": [utc("2026-08-10T09:00") + pd.Timedelta(minutes=n) for n in range(recordings)],
                "end_at": [utc("2026-08-10T10:00") + pd.Timedelta(minutes=n) for n in range(recordings)],
                "sha256": [HASH, *[None] * (recordings - 1)],
            }
        ),
        events=pd.DataFrame(
            {
                "event_id": ["CE-0000002", "CE-0000001"],
                "at": [utc("2026-08-11T20:00"), utc("2026-08-11T04:00")],
                "action": ["hold_placed", "received"],
                "sha256": [SEAL, SEAL],
            }
        ),
        health=pd.DataFrame(
            {
                "observed_at": looks,
                "device_up": pd.array([None if cut else True for cut in broken], "boolean"),
                "link_up": ~broken,
                "recording": pd.array(~broken, "boolean"),
                "clock_offset_ms": pd.array([None if cut else -1_500 for cut in broken], "Int64"),
            }
        ),
        as_of=utc("2026-10-01T00:00"),
    )


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_what_is_known_comes_from_the_data_and_in_indian_time():
    text = " ".join(pages(draft(evidence(), FONTS)))
    for said in ("ABC-C0001", "NVR-7", "FR-000123", HASH, SEAL, "10-08-2026 14:30:00", "10-08-2026 15:30:00"):
        assert said in text
    # In the order in which things happened, the second one after midnight.
    assert text.index("CE-0000001 11-08-2026 09:30:00 received") < text.index(
        "CE-0000002 12-08-2026 01:30:00 hold placed"
    )


def test_each_page_says_that_it_is_a_draft():
    found = pages(draft(evidence(recordings=120), FONTS))
    assert len(found) > 3
    assert all(page.count("DRAFT") == 2 for page in found)


def test_the_statement_is_left_to_a_person():
    text = " ".join(pages(draft(evidence(), FONTS)))
    statement = text[text.index("Statement on the working of the device") : text.index("Part B")]
    assert "Nothing is filled in beforehand" in statement
    assert "Name and signature" in statement
    assert not any(known in statement for known in ("ABC-C0001", "NVR-7", HASH, "2026"))


def test_headings_are_in_two_languages_with_a_font_of_their_own():
    reader = PdfReader(BytesIO(draft(evidence(), FONTS)))
    fonts = {
        str(font.get_object()["/BaseFont"]) for page in reader.pages for font in page["/Resources"]["/Font"].values()
    }
    assert any("Mukta" in font for font in fonts)
    text = " ".join(pages(draft(evidence(), FONTS)))
    assert any("\N{DEVANAGARI LETTER A}" <= letter <= "\N{DEVANAGARI LETTER HA}" for letter in text)


def test_the_same_evidence_gives_the_same_bytes_in_another_process():
    ours = hashlib.sha256(draft(evidence(), FONTS)).hexdigest()
    code = (
        "import hashlib; from tests.transforms.footage.test_certificate import FONTS, draft, evidence; "
        "print(hashlib.sha256(draft(evidence(), FONTS)).hexdigest())"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.strip() == ours
    )


def test_the_monitoring_is_told_by_day_with_its_gaps():
    table = monitored(evidence()).set_index("day")
    assert list(table.index.day) == [7, 8, 9, 10, 11, 12, 13]
    assert table["read"].fillna(0).tolist() == [0, 0, 0, 24, 19, 24, 0]
    assert table.loc["2026-08-12", ["up", "linked", "recording"]].tolist() == [18, 18, 18]
    assert table.loc["2026-08-10", ["least_s", "greatest_s"]].tolist() == [-1.5, -1.5]


@pytest.mark.parametrize("recorder", [None, "NVR-7"])
def test_without_readings_or_a_recorder_the_draft_says_so(recorder: str | None):
    bare = replace(evidence(), recorder_id=recorder, health=evidence().health[:0])
    text = " ".join(pages(draft(bare, FONTS)))
    assert ("Recorder not known" in text) == (recorder is None)
    assert monitored(bare)["read"].isna().all()

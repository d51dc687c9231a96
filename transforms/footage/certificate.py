"""The draft of a certificate for footage under section 63(4) of the Bharatiya Sakshya Adhiniyam, 2023.

The Act's schedule asks of the party (part A) who they are, from which device the record comes, that it worked properly,
and the record's hash with its algorithm; and of an expert (part B) the hash once more. Device, hash and times come from
the data, and the monitoring stands beside them as evidence. That the device worked properly is for a person to say:
nothing of it is filled in.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from transforms.footage.sheet import Sheet

ZONE = "Asia/Kolkata"
# Days of monitoring that are shown before and after what was recorded.
AROUND = 3
SOURCES = ("Computer / storage media", "DVR", "Mobile", "Flash drive", "CD/DVD", "Server", "Cloud", "Other")
ALGORITHMS = ("SHA1", "SHA256", "MD5", "Other")
SIGNED = ("Name and signature", "Date (DD/MM/YYYY)", "Time (IST, 24 hours)", "Place")
PERSON = ("Name", "Son / daughter / spouse of", "Residing or employed at")


@dataclass(frozen=True)
class Evidence:
    """What the data say of the footage of one camera for one request.

    `recordings` (one at least): recording_id, start_at, end_at, sha256. `events` of custody: event_id, at, action,
    sha256. `health`: observed_at, device_up, link_up, recording, clock_offset_ms. Instants have a time zone. `as_of` is
    when the data end.
    """

    city: str
    request_id: str
    camera_id: str
    device_type: str
    recorder_id: str | None
    recordings: pd.DataFrame
    events: pd.DataFrame
    health: pd.DataFrame
    as_of: pd.Timestamp


def draft(evidence: Evidence, fonts: Path) -> bytes:
    """The draft as a PDF; the same evidence gives the same bytes. `fonts`: the folder of the fonts (see Sheet)."""
    sheet = Sheet(f"Request {evidence.request_id}, camera {evidence.camera_id}", evidence.as_of, fonts)
    sheet.heading("Certificate for an electronic record", "इलेक्ट्रॉनिक अभिलेख का प्रमाणपत्र", size=14)
    sheet.paragraph("Bharatiya Sakshya Adhiniyam, 2023, section 63(4) · भारतीय साक्ष्य अधिनियम, 2023, धारा 63(4)")
    until = f"{_local(evidence.as_of)} (IST)"
    sheet.paragraph(f"{evidence.city}. Drawn up from the data as they stood on {until}. All times are Indian time.")
    _party(sheet, evidence)
    _health(sheet, evidence)
    _statement(sheet)
    sheet.heading("Part B, to be filled by the expert", "भाग ख, विशेषज्ञ द्वारा भरा जाए", size=13)
    sheet.blanks(PERSON)
    sheet.boxes("Algorithm used", ALGORITHMS)
    sheet.blanks(("Hash of the record, worked out anew", *SIGNED))
    return bytes(sheet.output())


def monitored(evidence: Evidence) -> pd.DataFrame:
    """What the monitoring saw of the camera on each day (in India) from some days before the footage to some after.

    Day, hours with a reading, and of these the hours up, with a link, recording; least and greatest clock offset in
    seconds. A day without a reading has a row of nothing.
    """
    health, recordings = evidence.health, evidence.recordings
    first, last = _days(recordings["start_at"]).min(), _days(recordings["end_at"]).max()
    days = pd.date_range(first - pd.Timedelta(days=AROUND), last + pd.Timedelta(days=AROUND), name="day")
    of_day = health.assign(offset_s=health["clock_offset_ms"].astype("Float64") / 1_000).groupby(
        _days(health["observed_at"]).rename("day")
    )
    seen = of_day.agg(
        read=("observed_at", "nunique"),
        up=("device_up", "sum"),
        linked=("link_up", "sum"),
        recording=("recording", "sum"),
        least_s=("offset_s", "min"),
        greatest_s=("offset_s", "max"),
    )
    return seen.reindex(days).reset_index()


def _party(sheet: Sheet, evidence: Evidence) -> None:
    sheet.heading("Part A, to be filled by the party", "भाग क, पक्षकार द्वारा भरा जाए", size=13)
    sheet.blanks(PERSON)
    sheet.heading("Source of the record", "अभिलेख का स्रोत")
    known = {
        "Camera": evidence.camera_id,
        "Kind": evidence.device_type,
        "Recorder": evidence.recorder_id or "not known",
    }
    sheet.paragraph("From the register: " + "; ".join(f"{what} {value}" for what, value in known.items()) + ".")
    sheet.boxes("Taken from", SOURCES)
    sheet.blanks(
        ("Make and model", "Colour", "Serial number", "IMEI / UIN / UID / MAC / Cloud ID", "Other particulars")
    )
    sheet.heading("The record and its hash", "अभिलेख और उसका हैश")
    sheet.paragraph("Algorithm: SHA-256. A value that the index of recordings does not give is left open.")
    columns = ["recording_id", "start_at", "end_at", "sha256"]
    rows = evidence.recordings.sort_values(["start_at", "recording_id"])[columns].itertuples(index=False)
    sheet.rows(
        ("Recording", "From", "To", "SHA-256"),
        [(one, _local(start), _local(end), "" if pd.isna(value) else value) for one, start, end, value in rows],
        (18, 28, 28, 100),
    )
    sheet.blanks(("Hash of the copy handed over, if it is another",))
    sheet.heading("Who had it, and when", "अभिरक्षा का क्रम")
    events = evidence.events.sort_values(["at", "event_id"])[["event_id", "at", "action", "sha256"]]
    rows = events.itertuples(index=False)
    sheet.rows(
        ("Event", "At", "What was done", "Seal"),
        [(one, _local(at), action.replace("_", " "), seal) for one, at, action, seal in rows],
        (18, 28, 28, 100),
    )


def _health(sheet: Sheet, evidence: Evidence) -> None:
    sheet.heading("Evidence: what the monitoring saw of the camera", "साक्ष्य: उपकरण की दशा")
    sheet.paragraph("Hours with a reading, one look an hour; where the link was down nothing is known of the camera.")
    sheet.rows(
        ("Day", "Hours read", "Up", "Link up", "Recording", "Clock off by, s"),
        [
            (f"{row.day:%d-%m-%Y}", *(_count(value) for value in row[1:5]), _offset(row.least_s, row.greatest_s))
            for row in monitored(evidence).itertuples(index=False)
        ],
        (30, 25, 25, 25, 25, 44),
    )


def _statement(sheet: Sheet) -> None:
    sheet.heading("Statement on the working of the device", "उपकरण के चलने का कथन")
    sheet.paragraph(
        "For the party to write by hand: whether the device was under lawful control and in regular use, whether it "
        "worked properly all the while, and if not, whether that touched the record. Nothing is filled in beforehand."
    )
    sheet.blanks([""] * 5)
    sheet.boxes("The device is, by me", ("owned", "maintained", "managed", "operated"))
    sheet.paragraph("The report on the hash is to be enclosed.")
    sheet.blanks(SIGNED)


def _days(at: pd.Series) -> pd.Series:
    """The days, in India, of instants."""
    return at.dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()


def _local(at: pd.Timestamp) -> str:
    return f"{at.tz_convert(ZONE):%d-%m-%Y %H:%M:%S}"


def _count(hours: float) -> str:
    return "" if pd.isna(hours) else f"{int(hours)}"


def _offset(least: float, greatest: float) -> str:
    return "" if pd.isna(least) else f"{least:.1f} to {greatest:.1f}"

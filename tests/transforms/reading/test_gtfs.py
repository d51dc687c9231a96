"""GTFS: one file of a feed by the rules that GTFS has, or a delivery that is held."""

import io
import zipfile
from typing import Any

import pytest

from tests.contracts_kit import column, server
from tests.transforms.kit import dataset, held, take

REQUIRED = ("agency.txt", "routes.txt", "trips.txt", "calendar.txt", "stops.txt")
TIMES = b'\xef\xbb\xbftrip_id,arrival_time,headsign\r\n01,24:10:00,"A, B"\r\n02,,\r\n'
SOURCE = dataset(
    column("trip_id", key=True),
    column("arrival_time"),
    column("headsign"),
    column("timepoint"),
    servers=[server(format="gtfs", member="stop_times.txt", optionalColumns=["timepoint"])],
)


def feed(folder: str = "", **changes: Any) -> bytes:
    files = dict.fromkeys(REQUIRED, b"x\n1\n") | {"stop_times.txt": TIMES}
    files |= {f"{name}.txt": content for name, content in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(folder + name, content)
    return out.getvalue()


def test_a_file_of_a_feed():
    outcome = take(SOURCE, feed())
    assert outcome.column("trip_id") == ["01", "02"]
    assert outcome.column("arrival_time") == ["24:10:00", None], "a service day goes beyond midnight"
    assert outcome.column("headsign") == ["A, B", None]
    assert outcome.column("timepoint") == [None, None]


def test_a_feed_may_have_the_newer_of_two_files():
    assert take(SOURCE, feed(calendar=None, calendar_dates=b"x\n")).checked.rows_read == 2


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "zip.shape"),
        *((feed(**{name.removesuffix(".txt"): None}), "gtfs.members") for name in (*REQUIRED, "stop_times.txt")),
        (feed("feed/"), "gtfs.members"),
        (feed(stop_times=b""), "file.empty"),
        (feed(stop_times=b"trip_id,arrival_time,headsign\n"), "file.empty"),
        (feed(stop_times=b"trip_id,headsign\n1,2\n"), "header.missing"),
        (feed(stop_times=TIMES + b"03,1,2,3\r\n"), "csv.columns"),
        (feed(stop_times=TIMES.replace(b"A", b"\xff")), "file.encoding"),
    ],
)
def test_what_holds_a_feed(content: bytes, rule: str):
    assert held(SOURCE, content).rule == rule

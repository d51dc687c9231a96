"""GTFS: one member of a feed's zip, by the rules of CSV that GTFS has."""

from pathlib import Path

import duckdb

from data_contracts.dataset import Dataset, Source
from transforms.reading import csv_file, packed
from transforms.reading.held import Held
from transforms.reading.records import Records

# What every feed must have, or else what may stand in its place.
REQUIRED = {
    "agency.txt": "",
    "routes.txt": "",
    "trips.txt": "",
    "stop_times.txt": "",
    "stops.txt": "locations.geojson",
    "calendar.txt": "calendar_dates.txt",
}


def records(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, source: Source, scratch: Path
) -> Records:
    """The declared member's records; raises Held where the feed lacks it, or one that every feed must have.

    Source: https://gtfs.org/documentation/schedule/reference/#dataset-files
    """
    with packed.opened(path) as archive:
        names = {member.filename for member in archive.infolist()}
        lacking = [name for name, other in REQUIRED.items() if not names & {name, other}]
        if lacking:
            remedy = "ask for the whole feed, its files not in a folder"
            raise Held("gtfs.members", "the feed", f"lacks {', '.join(lacking)}", remedy)
        member = packed.one(archive, source.properties.member)
        text = packed.extract(archive, member, scratch / "member.txt")
    return csv_file.records(connection, text, dataset, source, scratch)

"""A page as the bytes of a file, in the form that the contract declares for the city."""

import gzip
from collections.abc import Callable
from itertools import pairwise

from data_contracts.dataset import Source
from orchestration.sample.writing import (
    csv_file,
    feeds,
    json_file,
    kml_file,
    parquet_file,
    vector_file,
    xlsx_file,
    xml_file,
)
from orchestration.sample.writing.page import Page
from orchestration.sample.writing.zips import CREST, zipped

Writer = Callable[[Page], bytes]
WRITERS: dict[str, Writer] = {
    "csv": csv_file.encode,
    "xlsx": xlsx_file.encode,
    "json": json_file.document,
    "ndjson": json_file.lines,
    "geojson": json_file.collection,
    "ndgeojson": json_file.feature_lines,
    "kml": kml_file.encode,
    "kmz": lambda page: zipped({page.source.properties.member or "doc.kml": kml_file.encode(page)}),
    "xml": xml_file.encode,
    "parquet": parquet_file.encode,
    "shapefile": vector_file.shapefile,
    "gpkg": vector_file.geopackage,
    "gtfs": feeds.encode,
}
# How the files of formats that are zips by themselves end.
ENDINGS = {"shapefile": "zip", "gtfs": "zip"}
PARTS = 3


def encode(page: Page, stem: str) -> bytes:
    """The file's bytes, the same for the same page. Raises ValueError for a format that is only read."""
    form, write = page.source.properties, WRITERS.get(page.source.format)
    if write is None or form.explode:
        raise ValueError(f"no sample is written as {page.source.format}{' with explode' if form.explode else ''}")
    if form.packing == "gz":
        # gzip would write the present moment into the file.
        return gzip.compress(write(page), CREST, mtime=0)
    if form.packing == "none":
        return write(page)
    if form.members == "one":
        return zipped({(form.member or f"{stem}.{page.source.format}").replace("*", stem): write(page)})
    cuts = [len(page.rows) * part // PARTS for part in range(PARTS + 1)]
    pages = [page.slice(start, stop) for start, stop in pairwise(cuts)]
    return zipped(
        {(form.member or "*").replace("*", f"part-{n}"): write(part) for n, part in enumerate(pages, start=1)}
    )


def suffix(source: Source) -> str:
    """How the names of a source's files end."""
    ending = ENDINGS.get(source.format, source.format)
    return {"none": f".{ending}", "gz": f".{ending}.gz", "zip": ".zip"}[source.properties.packing]

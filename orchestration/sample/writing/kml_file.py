"""KML: placemarks as a mapping tool exports them."""

from html import escape
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from orchestration.sample.writing.page import LABEL, TEXT, Page
from orchestration.sample.writing.tokens import body, joined, texts
from orchestration.sample.writing.xml_file import escaped

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'


def encode(page: Page) -> bytes:
    """The file's bytes; in the descriptions stand contacts that no contract names."""
    parts: list[str | pa.Array] = ["<Placemark>"]
    data: list[str | pa.Array] = ["<ExtendedData>"]
    shape: str | pa.Array = ""
    for field in page.fields:
        if field.header == "geometry":
            shape = pa.array([_shape(outline) for outline in page.rows[field.cell]], TEXT)
            continue
        cells = escaped(texts(page, field))
        if field.header == "name":
            parts += ["<name>", pc.fill_null(cells, ""), "</name>"]
        else:
            opening, closing = f'<Data name="{escape(field.header)}"><value>', "</value></Data>"
            data += [opening, pc.fill_null(cells, ""), closing]
    numbers = pa.array(np.char.zfill(np.arange(len(page.rows)).astype(str), 5), TEXT)
    contact: list[str | pa.Array] = ["<description>Officer (made up), mobile 90000", numbers, "</description>"]
    lines = joined([*parts, *contact, *data, "</ExtendedData>", shape, "</Placemark>\n"], len(page.rows))
    about = f"<name>{escape(page.title)}</name><description>{escape(LABEL)}</description>\n"
    return f"{HEAD}\n{about}".encode() + body(lines) + b"</Document></kml>\n"


def _shape(outline: Any) -> str:
    """A shape, or a GeoJSON mapping, as KML."""
    shape = outline if isinstance(outline, shapely.Geometry) else shapely.geometry.shape(outline)
    if shape.geom_type.startswith("Multi"):
        return f"<MultiGeometry>{''.join(map(_shape, shape.geoms))}</MultiGeometry>"
    if shape.geom_type == "Polygon":
        rings = [f"<outerBoundaryIs>{_line(shape.exterior, 'LinearRing')}</outerBoundaryIs>"]
        rings += [f"<innerBoundaryIs>{_line(ring, 'LinearRing')}</innerBoundaryIs>" for ring in shape.interiors]
        return f"<Polygon>{''.join(rings)}</Polygon>"
    return _line(shape, shape.geom_type)


def _line(line: Any, kind: str) -> str:
    points = " ".join(f"{x},{y}" for x, y in line.coords)
    return f"<{kind}><coordinates>{points}</coordinates></{kind}>"

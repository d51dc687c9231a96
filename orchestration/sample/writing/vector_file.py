"""Zipped shapefile and GeoPackage, by GDAL."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from orchestration.sample.writing import parquet_file
from orchestration.sample.writing.page import Field, Page
from orchestration.sample.writing.tokens import texts
from orchestration.sample.writing.zips import zipped

WGS84 = "EPSG:4326"
# GDAL would write the present moment into each file.
_DAY = "2026-10-01"


def shapefile(page: Page) -> bytes:
    """The zip with all parts of the shapefile; its table is written in the declared encoding."""
    encoding = page.source.properties.encoding
    with tempfile.TemporaryDirectory() as name:
        layer = Path(name) / (page.source.properties.member or "layer.shp").replace("*", "layer").rpartition("/")[2]
        _write(page, layer, "ESRI Shapefile", {"ENCODING": encoding.upper(), "DBF_DATE_LAST_UPDATE": _DAY})
        return zipped({part.name: part.read_bytes() for part in sorted(layer.parent.iterdir())})


def geopackage(page: Page) -> bytes:
    """The GeoPackage with the declared layer."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "layer.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{_DAY}T00:00:00.000Z"})
        _write(page, file, "GPKG", {}, layer=page.source.properties.layer)
        return file.read_bytes()


def _write(page: Page, file: Path, driver: str, options: dict[str, str], **more: Any) -> None:
    [shape] = [field for field in page.fields if field.header == "geometry"]
    outlines = [_outline(cell) for cell in page.rows[shape.cell]]
    kinds = {outline.geom_type for outline in outlines if outline is not None}
    if len(kinds) > 1:
        outlines = [outline if outline.geom_type.startswith("Multi") else _multi(outline) for outline in outlines]
    kind = "Unknown" if not kinds else max((o.geom_type for o in outlines if o is not None), key=len)
    columns = {field.header: _column(page, field, driver) for field in page.fields if field is not shape}
    columns["geometry"] = pa.array(shapely.to_wkb(np.array(outlines)), pa.binary())
    pyogrio.write_arrow(
        pa.table(columns),
        *(file,),
        driver=driver,
        geometry_name="geometry",
        geometry_type=kind,
        crs=WGS84,
        layer_options=options,
        **more,
    )


def _column(page: Page, field: Field, driver: str) -> pa.Array:
    found = parquet_file.table(Page([field], page.rows, page.spoilt, page.source, page.title)).column(0)
    # The table of a shapefile has no times.
    return texts(page, field) if pa.types.is_timestamp(found.type) and driver != "GPKG" else found


def _outline(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, shapely.Geometry) else shapely.geometry.shape(cell)


def _multi(outline: Any) -> Any:
    return {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString, "Point": shapely.MultiPoint}[
        outline.geom_type
    ]([outline])

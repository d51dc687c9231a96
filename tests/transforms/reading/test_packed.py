"""Packed deliveries: the members that the contract asks for, within limits, or a delivery that is held."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts import catalogue
from tests.contracts_kit import PERSON, column, contract, server, write
from tests.transforms.kit import dataset, held, take, xlsx_bytes
from tests.transforms.reading.test_xls_file import xls_bytes
from transforms.compiling import compile_contract
from transforms.reading import bomb, packed
from transforms.reading.held import Held

ONE, TWO = b"a,b\n1,x\n", b"a,b\n2,y\n3,z\n"


def table(format: str = "csv", **source: Any):
    return dataset(column("a"), column("b"), servers=[server(format=format, **source)])


ZIP = table(packing="zip")
DATA = table(packing="zip", member="data/*.csv")
MANY = table(packing="zip", member="*.csv", members="many")


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("source", "content", "expected"),
    [
        (ZIP, zipped({"x.csv": ONE}), ["1"]),
        (ZIP, zipped({"x.csv": ONE, "__MACOSX/._x.csv": b"\0", "folder/": b""}), ["1"]),
        (ZIP, zipped({"x.csv": ONE}, zipfile.ZIP_LZMA), ["1"]),
        (DATA, zipped({"data/x.csv": ONE, "x.csv": TWO, "data/old/x.csv": TWO, "data/x.txt": TWO}), ["1"]),
        # In the order of names, whatever the order in the zip.
        (MANY, zipped({"b.csv": TWO, "a.csv": ONE, "sub/c.csv": TWO}), ["1", "2", "3"]),
        (table(packing="gz"), gzip.compress(ONE), ["1"]),
        (table(packing="gz"), gzip.compress(ONE) + gzip.compress(b"2,y\n"), ["1", "2"]),
        (table("json", packing="gz"), gzip.compress(b'[{"a": 7, "b": 1}]'), ["7"]),
        (table("xlsx", packing="zip"), zipped({"x.xlsx": xlsx_bytes(["a", "b"], ["8", "c"])}), ["8"]),
        (
            table("ndjson", packing="zip", member="*", members="many"),
            zipped({"1": b'{"a": 1, "b": 1}\n', "2": b'{"a": 2, "b": 1}\n'}),
            ["1", "2"],
        ),
        (
            table(encoding="utf-16", packing="zip", member="*", members="many"),
            zipped({"1": ONE.decode().encode("utf-16"), "2": TWO.decode().encode("utf-16")}),
            ["1", "2", "3"],
        ),
    ],
)
def test_what_is_read(source: Any, content: bytes, expected: list[str]):
    assert take(source, content).column("a") == expected


def locked() -> bytes:
    """A zip whose one member says that it is encrypted."""
    content = bytearray(zipped({"x.csv": ONE}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


def lying() -> bytes:
    """A zip whose member says that it is small."""
    content = bytearray(zipped({"x.csv": ONE + b"1,x\n" * (20 << 20)}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 100)
    return bytes(content)


@pytest.mark.parametrize(
    ("source", "content", "rule"),
    [
        (ZIP, b"", "zip.shape"),
        (ZIP, ONE, "zip.shape"),
        (ZIP, zipped({}), "file.empty"),
        (ZIP, zipped({"folder/": b""}), "file.empty"),
        (ZIP, zipped({"x.csv": b""}), "file.empty"),
        (ZIP, zipped({"x.csv": ONE, "y.csv": ONE}), "zip.member"),
        (DATA, zipped({"x.csv": ONE}), "zip.member"),
        (DATA, zipped({"data/x.csv": ONE, "data/y.csv": ONE}), "zip.member"),
        (MANY, zipped({"x.txt": ONE}), "zip.member"),
        (ZIP, locked(), "zip.password"),
        (ZIP, zipped({"x.csv": ONE})[:-30], "zip.shape"),
        (ZIP, zipped({"x.csv": ONE * 50}).replace(b"K\xd4", b"\xff\xff"), "zip.shape"),
        (ZIP, zipped({"x.csv": b"1,x\n" * (20 << 20)}), "zip.bomb"),
        (ZIP, zipped({f"{number}": b"" for number in range(packed.MEMBERS + 1)}, zipfile.ZIP_STORED), "zip.bomb"),
        # What is packed inside is not unpacked.
        (ZIP, zipped({"x.zip": zipped({"x.csv": ONE})}), "file.nul"),
        (table(packing="gz"), b"", "file.empty"),
        (table(packing="gz"), ONE, "zip.shape"),
        (table(packing="gz"), gzip.compress(ONE)[:-9], "zip.shape"),
        (table(packing="gz"), gzip.compress(ONE)[:-2] + b"xx", "zip.shape"),
        (table(packing="gz"), gzip.compress(b"1,x\n" * (20 << 20)), "zip.bomb"),
        (table(packing="gz"), gzip.compress(gzip.compress(ONE)), "file.nul"),
    ],
)
def test_what_holds_a_delivery(source: Any, content: bytes, rule: str):
    reason = held(source, content)
    assert reason.rule == rule
    assert reason.remedy


def test_a_member_that_lies_about_its_size():
    assert held(ZIP, lying()).rule in ("zip.bomb", "zip.shape")


def test_a_total_beyond_the_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bomb, "UNPACKED_BYTES", 10)
    assert held(MANY, zipped({"a.csv": ONE, "b.csv": ONE})).rule == "zip.bomb"


@pytest.mark.parametrize("name", ["../../evil.csv", "/tmp/evil.csv", "..\\evil.csv", "C:/evil.csv", f"{PERSON}.csv"])
def test_a_name_leads_nowhere_and_is_not_repeated(name: str, tmp_path: Path):
    content = zipped({name: ONE})
    before = sorted(tmp_path.rglob("*"))
    assert take(ZIP, content).column("a") == ["1"]
    assert sorted(tmp_path.rglob("*")) == before
    assert name not in str(held(DATA, content))


def test_a_fault_in_one_of_many_names_the_member_by_its_number():
    reason = held(MANY, zipped({"a.csv": ONE, "b.csv": b"a,c\n1,2\n"}))
    assert (reason.rule, reason.place) == ("header.missing", "member 2, line 1")
    lines = table("ndjson", packing="zip", member="*", members="many")
    reason = held(lines, zipped({"1": b'{"a": 1, "b": 1}\n', "2": b'{"a": 2, "b": 1}\n{'}))
    assert (reason.rule, reason.place) == ("json.syntax", "member 2, line 2")


MUTATIONS: list[Callable[[bytes], bytes]] = [lambda c, at=at: c[:at] + b"\xff" + c[at + 1 :] for at in range(0, 130, 3)]


@pytest.mark.parametrize("packing", ["zip", "gz"])
def test_a_damaged_archive_is_held_or_read_whole(packing: str):
    whole = zipped({"x.csv": TWO}) if packing == "zip" else gzip.compress(TWO)
    for mutate in MUTATIONS:
        try:
            assert take(table(packing=packing), mutate(whole)).column("a") == ["2", "3"]
        except Held as reason:
            assert reason.rule.startswith(("zip.", "file.")), reason


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"format": "csv", "member": "*.csv"}, "packing: zip"),
        ({"format": "csv", "packing": "zip", "members": "many"}, "member"),
        ({"format": "kmz", "packing": "zip"}, "by itself"),
        ({"format": "gtfs"}, "needs `member`"),
        ({"format": "gpkg"}, "needs `layer`"),
        ({"format": "xml"}, "needs `records`"),
        ({"format": "csv", "explode": "/a"}, "explode is not read in csv"),
        ({"format": "geojson", "records": "/a"}, "records is not read in geojson"),
        ({"format": "csv", "optionalColumns": ["c"]}, "optionalColumns names c"),
    ],
)
def test_what_does_not_fit_is_found_by_day(given: dict[str, Any], words: str, tmp_path: Path):
    write(tmp_path, contract("things", [column("a")], servers=[server(**given)]))
    loaded = catalogue.load(tmp_path)
    (read,) = loaded.datasets.values()
    _, faults = compile_contract(read, loaded.datasets)
    assert any(words in str(fault) for fault in faults)


@pytest.mark.parametrize("format", ["xls", "parquet"])
def test_what_is_a_moment_or_a_number_in_one_member_and_a_text_in_another_is_read_as_both(format: str):
    written = {"xls": xls_bytes, "parquet": parquet_bytes}[format]
    moment = column("at", "timestamp", options={"format": "dd-MM-yyyy HH:mm:ss", "defaultTimezone": "Asia/Kolkata"})
    source = dataset(
        moment, column("n", "integer"), servers=[server(format=format, packing="zip", member="*", members="many")]
    )
    values = written(["at", "n"], [datetime(2025, 1, 31, 12, 5), 7])
    texts = written(["at", "n"], ["31-01-2025 12:05:00", "7"])
    expected = [[datetime(2025, 1, 31, 6, 35, tzinfo=UTC), 7, []]] * 2
    for members in ({"1": values, "2": texts}, {"1": texts, "2": values}):
        outcome = take(source, zipped(members))
        assert [[row["at"], row["n"], row["_broken"] or []] for row in outcome.rows] == expected


def parquet_bytes(names: list[str], row: list[Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({name: [cell] for name, cell in zip(names, row, strict=True)}), out)
    return out.getvalue()

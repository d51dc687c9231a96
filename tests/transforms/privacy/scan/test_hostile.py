"""Files made to harm or to hide: each is named with its reason, and the rest is searched."""

import gzip
import io
import os
import socket
import sqlite3
import struct
import zipfile
import zlib
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.transforms.privacy.scan.kit import MOBILE, PAN, pdf, picture, say, workbook, zipped
from transforms.privacy.scan import artefact
from transforms.privacy.scan.report import scan


def reasons(path: Path) -> dict[str, str]:
    report = scan(path)
    return {failure.artefact: failure.reason for failure in report.failed}


def nested(depth: int, content: str) -> bytes:
    made = zipped({"a.txt": content})
    for _ in range(depth - 1):
        made = zipped({"a.zip": made})
    return made


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": b"0" * (64 << 20), "b.txt": MOBILE}))
    report = scan(tmp_path)
    assert [(failure.artefact, failure.reason) for failure in report.failed] == [
        ("a.zip!a.txt", "unpacks to far more than it should")
    ]
    assert [hit.artefact for hit in report.hits] == ["a.zip!b.txt"]


def test_a_gz_bomb_is_not_unpacked(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"0" * (64 << 20)))
    assert reasons(tmp_path) == {"a.gz!a": "unpacks to far more than it should"}


def test_all_that_is_packed_in_a_file_shares_one_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(artefact.Budget, "__init__", lambda self: self.__dict__.update(bytes=1 << 20, files=30))
    (tmp_path / "a.zip").write_bytes(
        zipped({f"{n}.zip": zipped({f"{m}.txt": "x" for m in range(9)}) for n in range(9)})
    )
    (tmp_path / "b.txt").write_text(MOBILE)
    report = scan(tmp_path)
    assert {failure.reason for failure in report.failed} == {"unpacks to far more than it should"}
    assert [hit.artefact for hit in report.hits] == ["b.txt"]


def test_a_zip_packed_a_hundred_times_is_named(tmp_path):
    (tmp_path / "a.zip").write_bytes(nested(100, MOBILE))
    found = reasons(tmp_path)
    assert list(found.values()) == ["is packed more than 8 deep"]
    assert next(iter(found)).count("!") == 9


def test_seven_times_packed_is_found(tmp_path):
    (tmp_path / "a.zip").write_bytes(nested(7, MOBILE))
    assert [hit.entity for hit in scan(tmp_path).hits] == ["PHONE_NUMBER"]


BOMB = (
    '<!DOCTYPE a [<!ENTITY b "ha">'
    + "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10 if n else "&b;" * 10}">' for n in range(12))
    + "]>"
)


@pytest.mark.parametrize("body", ["<a>&b11;</a>", '<a c="&b11;"/>', f"<a>{MOBILE}</a>"])
def test_entities_are_refused_and_the_text_is_searched(tmp_path, body):
    (tmp_path / "a.xml").write_text(BOMB + body)
    report = scan(tmp_path)
    assert [failure.artefact for failure in report.failed] == ["a.xml"]
    assert bool(report.hits) == (MOBILE in body)


def test_no_other_file_is_read_for_an_entity(tmp_path):
    (tmp_path / "secret").write_text("x")
    text = f'<!DOCTYPE a [<!ENTITY b SYSTEM "file://{tmp_path}/secret">]><a>&b;</a>'
    (tmp_path / "a.xml").write_text(text)
    assert "declares entities" in reasons(tmp_path)["a.xml"]


def big_text() -> bytes:
    """A PNG whose packed text comes to far more than its file."""
    content = b"Comment\0\0" + zlib.compress(b"0" * (8 << 20))
    chunk = struct.pack(">I", len(content)) + b"zTXt" + content
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + content))
    plain = picture("PNG")
    return plain[:33] + chunk + plain[33:]


def locked_zip() -> bytes:
    """A zip that says it is locked."""
    made = bytearray(zipped({"a.txt": "x" * 50}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + place] |= 1
    return bytes(made)


def encrypted_parquet() -> bytes:
    """A Parquet file with an encrypted footer ends with another mark."""
    file = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), file)
    return b"PARE" + file.getvalue()[4:-4] + b"PARE"


def broken(content: bytes) -> bytes:
    """The first two thirds of a file."""
    return content[: len(content) * 2 // 3]


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"a": list(range(1000))}), file)
    return file.getvalue()


DAMAGED = {
    "cut.pdf": broken(pdf(lambda w: say(w, "x" * 500))),
    "empty.pdf": b"%PDF-1.7\n",
    "locked.pdf": pdf(lambda w: say(w, "x"), user_password="a", owner_password="b"),
    "big.png": big_text(),
    "cut.png": picture("PNG")[:-20],
    "cut.jpg": picture("JPEG")[:-40],
    "cut.zip": broken(zipped({"a.txt": "x" * 500})),
    "locked.zip": locked_zip(),
    "cut.gz": gzip.compress(b"abc" * 500)[:-9],
    "cut.xlsx": broken(workbook(lambda b: None)),
    "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "cut.parquet": broken(parquet()),
    "locked.parquet": encrypted_parquet(),
    "cut.arrow": b"ARROW1\0\0" + bytes(20),
    "cut.json": b'{"a": [1, 2',
    "wrong.json": b'{"a": 1,, }',
    "wide.json": '{"abc": "defghijk"}'.encode("utf-16"),
    "deep.json": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "cut.xml": b"<a><b>",
    "deep.xml": b"<a>" * 5000 + b"</a>" * 5000,
    "open.html": b"<p>x</p><!-- " + b"x" * (40 << 20),
    "cut.sqlite": b"SQLite format 3\0" + bytes(100),
    "cut.duckdb": bytes(8) + b"DUCK" + bytes(100),
    "packed.zst": b"\x28\xb5\x2f\xfd" + bytes(20),
    "binary.xlsb": zipped({"xl/workbook.bin": b"x"}),
    "packed.7z": b"7z\xbc\xaf\x27\x1c" + bytes(20),
    "packed.rar": b"Rar!" + bytes(20),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_cannot_be_decoded_is_named_and_the_rest_is_searched(tmp_path, name):
    (tmp_path / name).write_bytes(DAMAGED[name])
    (tmp_path / "z.txt").write_text(MOBILE)
    report = scan(tmp_path)
    assert {failure.artefact.split("!")[0] for failure in report.failed} == {name}
    assert [hit.artefact for hit in report.hits] == ["z.txt"]


def test_what_can_still_be_read_in_a_damaged_file_is_found(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n1 0 obj (" + PAN.encode() + b")")
    report = scan(tmp_path)
    assert [hit.entity for hit in report.hits] == ["IN_PAN"]
    assert len(report.failed) == 1


def test_a_workbook_in_a_locked_zip_does_not_hide_its_neighbours(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"a.zip": locked_zip(), "b.txt": MOBILE}))
    report = scan(tmp_path)
    assert [failure.artefact for failure in report.failed] == ["a.zip!a.zip!a.txt"]
    assert [hit.artefact for hit in report.hits] == ["a.zip!b.txt"]


def test_a_member_that_stands_twice_is_searched_twice(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.txt", MOBILE)
        archive.writestr("a.txt", "fine")
    assert [hit.artefact for hit in scan(tmp_path).hits] == ["a.zip!a.txt"]


def test_a_member_s_name_leads_nowhere(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.zip").write_bytes(zipped({"../../out.txt": MOBILE, "/tmp/out.txt": MOBILE}))
    assert len(scan(inside).hits) == 2
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "inside"]


def test_links_pipes_and_sockets_are_named_and_not_opened(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "nowhere").symlink_to(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(tmp_path / "socket"))
    link = "is a link, which is not followed"
    assert reasons(tmp_path) == {"loop": link, "nowhere": link, "pipe": "is a pipe", "socket": "is a socket"}


def test_a_device_is_not_read():
    assert reasons(Path("/dev/zero")) == {"zero": "is no file or folder"}


def test_ten_megabytes_in_one_line(tmp_path):
    (tmp_path / "a.txt").write_text("abc defgh " * (1 << 20) + MOBILE)
    (tmp_path / "b.csv").write_text(f'ward,note\n1,"{"abc defgh " * (1 << 20)}{MOBILE}"\n')
    assert {hit.artefact.split("!")[0]: hit.count for hit in scan(tmp_path).hits} == {"a.txt": 1, "b.csv": 1}


def test_a_view_may_not_reach_for_other_files(tmp_path):
    (tmp_path / "other.csv").write_text("a\n1\n")
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute(f"CREATE VIEW v AS SELECT * FROM read_csv('{tmp_path}/other.csv')")
        connection.execute(f"CREATE TABLE z AS SELECT '{MOBILE}' AS a")
    report = scan(tmp_path)
    assert [failure.reason for failure in report.failed] == ["is a view that cannot be read"]
    assert [hit.artefact for hit in report.hits] == ["a.duckdb!z.a"]


def test_a_view_that_is_broken_or_has_no_end_does_not_stop_the_scan(tmp_path, monkeypatch):
    monkeypatch.setattr("transforms.privacy.scan.sqlite_file.VIEW_SECONDS", 0.2)
    connection = sqlite3.connect(tmp_path / "a.sqlite")
    connection.execute(
        "CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    )
    connection.execute("CREATE VIEW broken AS SELECT * FROM gone")
    connection.execute("CREATE TABLE z AS SELECT ? AS a", [MOBILE])
    connection.commit()
    connection.close()
    report = scan(tmp_path)
    assert {failure.artefact for failure in report.failed} == {"a.sqlite!endless", "a.sqlite!broken"}
    assert [hit.artefact for hit in report.hits] == ["a.sqlite!z.a"]

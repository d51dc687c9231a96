"""YAML that knows its lines, and says in one line what is wrong with it."""

from pathlib import Path

import pytest

from data_contracts.document import Document


def document(tmp_path: Path, content: str | bytes) -> Document:
    file = tmp_path / "a.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Document(file)


TEXT = """\
# a comment
name: lamps

servers:
  - server: inbox
    path: x
  - server: other
schema: {name: a,
  b: c}
long: |
  one
  two
last: 1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("servers",), 4),
        (("servers", 0), 5),
        (("servers", 0, "server"), 5),
        (("servers", 0, "path"), 6),
        (("servers", 1), 7),
        (("schema",), 8),
        (("schema", "b"), 9),
        (("last",), 13),
        # What is not there stands where the nearest thing around it does.
        (("servers", 0, "format"), 5),
        (("servers", 7, "format", 3), 4),
        (("nothing", "at", "all"), 2),
        ((), 2),
    ],
)
def test_lines(tmp_path: Path, path: tuple, line: int):
    assert document(tmp_path, TEXT).line(path) == line


def test_a_fault_names_the_field_as_a_path(tmp_path: Path):
    fault = document(tmp_path, TEXT).fault(("servers", 1, "server"), "is wrong", "mend it")
    assert (fault.line, fault.field) == (7, "servers.1.server")
    assert str(fault).endswith("a.yaml:7: servers.1.server: is wrong; mend it")


def test_a_fault_is_one_line_whatever_the_contract_says(tmp_path: Path):
    fault = document(tmp_path, TEXT).fault(("name",), "a\nb is no\r\nname", "mend it")
    assert str(fault).endswith(": name: a b is no name; mend it")


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "a: stands twice"),
        ("a:\n  - b: 1\n    b: 2\n", 3, "a.0.b: stands twice"),
        ("a: {b: 1, b: 2}\n", 1, "a.b: stands twice"),
        ("a: 1\n  b: 2\n", 2, "is not YAML"),
        ("a: [1\nb: 2\n", 2, "is not YAML"),
        ("a:\n\tb: 2\n", 2, "is not YAML"),
        ("a: *unknown\n", 1, "is not YAML"),
        ("a: !!python/object:os.system x\n", 1, "is not YAML"),
        ("x: 1\npath: inbox/{{city}}\nvalue: {{city}}\n", 3, "is not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "is not YAML"),
        ("a: \x07\n", 1, "holds a value that YAML cannot read"),
        ("a: 2025-02-30\n", 1, "holds a value that YAML cannot read"),
        ("- a\n", 1, "holds no mapping"),
        ("text\n", 1, "holds no mapping"),
        ("", 1, "holds no mapping"),
        ("# only a comment\n", 1, "holds no mapping"),
        ("name: \u091c\u0932\n".encode("utf-16"), 1, "is not UTF-8"),
        (b"name: \xff\n", 1, "is not UTF-8"),
    ],
)
def test_faults(tmp_path: Path, content: str | bytes, line: int, words: str):
    (fault,) = document(tmp_path, content).faults
    assert fault.line == line
    assert words in str(fault)


def test_every_repeated_key_is_told(tmp_path: Path):
    faults = document(tmp_path, "a: 1\na: 2\na: 3\nb: {c: 1, c: 2}\n").faults
    assert [(fault.line, fault.field) for fault in faults] == [(2, "a"), (3, "a"), (4, "b.c")]


def test_a_good_document_is_plain_python(tmp_path: Path):
    read = document(tmp_path, "a: [1, x, null]\nहिन्दी: नाम\n")
    assert read.faults == []
    assert read.data == {"a": [1, "x", None], "हिन्दी": "नाम"}

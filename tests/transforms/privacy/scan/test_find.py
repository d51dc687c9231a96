"""Planted values are found in all writings and formats, and nothing else is."""

import base64
import gzip
import hashlib
import json
import urllib.parse

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.transforms.privacy.scan.kit import HIDING, MOBILE, PAN, SPACED, zipped
from transforms.privacy.scan.find import find
from transforms.privacy.scan.needles import needles

NAME = "Ramkishan Talwade"
HINDI = "रामकिशन तळवडे"
VALUES = [NAME, SPACED, PAN, HINDI, "nobody@canary.example"]


def in_script(zero: str, value: str) -> str:
    return value.translate({ord("0") + digit: ord(zero) + digit for digit in range(10)})


BARE = SPACED.replace(" ", "")
WRITINGS = {
    "as it is": (NAME, 0),
    "upper case": (NAME.upper(), 0),
    "no space": (NAME.replace(" ", ""), 0),
    "underscore": (NAME.replace(" ", "_").lower(), 0),
    "spaced number": (SPACED, 1),
    "joined number": (BARE, 1),
    "dotted number": (SPACED.replace(" ", "."), 1),
    "dashed by threes": ("-".join(BARE[at : at + 3] for at in range(0, 12, 3)), 1),
    "zero width": ("\u200b".join(BARE), 1),
    "Devanagari": (in_script("०", SPACED), 1),
    "Tamil, joined": (in_script("௦", BARE), 1),
    "full width": (in_script("０", BARE), 1),
    "Base64": (base64.b64encode(f"x{BARE}y".encode()).decode(), 1),
    "Base64 for URLs": (base64.urlsafe_b64encode(f"xy{SPACED}".encode()).decode(), 1),
    "URL": (urllib.parse.quote(NAME), 0),
    "URL of a form": (urllib.parse.quote_plus(NAME), 0),
    "URL in Hindi": (urllib.parse.quote(HINDI), 3),
    "JSON in ASCII": (json.dumps(HINDI), 3),
    "SHA-256": (hashlib.sha256(BARE.encode()).hexdigest(), 1),
    "SHA-256 in capitals": (hashlib.sha256(PAN.encode()).hexdigest().upper(), 2),
    "MD5 of lower case": (hashlib.md5(PAN.lower().encode()).hexdigest(), 2),
}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json", "a.bin", "a.csv.gz"])
def test_every_writing_is_found(tmp_path, writing, name):
    text, number = WRITINGS[writing]
    quoted = json.dumps({"a": text}, ensure_ascii=False) if name.endswith("json") else f"x\n{text}\n"
    content = b"\0\1\xff" + text.encode() if name.endswith("bin") else quoted.encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    search = find(VALUES, tmp_path)
    assert {value for _, value in search.found} == {number}
    assert search.failed == []


@pytest.mark.parametrize("name", HIDING)
def test_every_hiding_place_is_searched(tmp_path, name):
    HIDING[name](tmp_path / name, MOBILE)
    assert {value for _, value in find([PAN, MOBILE], tmp_path).found} == {1}


def test_where_it_stands_is_told(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"b.csv": f"ward,name\n1,{NAME}\n"}))
    assert find(VALUES, tmp_path).found == [("a.zip!b.csv", 0), ("a.zip!b.csv!name", 0)]


def test_names_of_files_are_searched(tmp_path):
    (tmp_path / f"{NAME}.txt").write_text("x")
    assert find(VALUES, tmp_path).found == [(f"{NAME}.txt", 0)]


def test_two_values_in_a_writing_of_both_are_both_found(tmp_path):
    (tmp_path / "a.txt").write_text("Ramkishan Talwade Patil")
    assert {value for _, value in find([NAME, "Talwade Patil", "Ramkishan Talwade Patil"], tmp_path).found} == {0, 1, 2}


def test_what_could_not_be_decoded_is_told(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 " + PAN.encode())
    search = find(VALUES, tmp_path)
    assert [failure.artefact for failure in search.failed] == ["a.pdf"]
    assert {value for _, value in search.found} == {2}


def test_texts_do_not_run_into_each_other(tmp_path):
    (tmp_path / "a.csv").write_text(f"a\n{BARE[:6]}\n{BARE[6:]}\n")
    assert find(VALUES, tmp_path).found == []


def test_without_values_nothing_is_found(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    assert find([], tmp_path).found == []


@pytest.mark.parametrize("value", ["", "12 34", "  abc  "])
def test_a_value_that_stands_anywhere_by_chance_is_refused(value):
    with pytest.raises(ValueError, match="too short"):
        needles(value)


@example("abcde\uf900", b"", b"")
@given(st.text(min_size=6, max_size=30), st.binary(max_size=20), st.binary(max_size=20))
def test_base64_is_found_at_every_offset(value, before, after):
    bare = value.strip()
    try:
        sought = needles(bare)
        encoded = base64.b64encode(before + bare.encode() + after).lower()
    except (ValueError, UnicodeEncodeError):
        return
    assert any(needle in encoded for needle in sought)

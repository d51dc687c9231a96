"""`pravah detect`: findings in a column of a file, by row and place, never the value."""

import json

import pytest

from tests.conftest import Pravah

ROWS = 'id,remarks\n1,"call 9876543210, at once"\n2,\n3,"पता:\nPAN ACUPA7085R"\n'
FOUND = [
    {"row": 0, "entity": "PHONE_NUMBER", "start": 5, "end": 15, "score": 0.85},
    {"row": 2, "entity": "IN_PAN", "start": 9, "end": 19, "score": 1.0},
]


@pytest.fixture
def file(tmp_path):
    (tmp_path / "complaints.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path / "complaints.csv"


def test_findings_as_json_are_one_a_line(file, pravah: Pravah):
    code, out, err = pravah("detect", str(file), "--column", "remarks", "--json")
    assert (code, err, [json.loads(line) for line in out.splitlines()]) == (0, "", FOUND)


def test_findings_as_a_table_hold_no_value(file, pravah: Pravah):
    code, out, _ = pravah("detect", str(file), "--column", "remarks")
    assert code == 0
    assert "PHONE_NUMBER" in out
    assert "9876543210" not in out


def test_every_format_is_read(file, tmp_path, pravah: Pravah):
    import pandas as pd

    rows = pd.read_csv(file)
    rows.to_parquet(tmp_path / "a.parquet")
    rows.to_excel(tmp_path / "a.xlsx", index=False)
    rows.to_json(tmp_path / "a.json", orient="records")
    for name in ("a.parquet", "a.xlsx", "a.json"):
        _, out, _ = pravah("detect", str(tmp_path / name), "--column", "remarks", "--json")
        assert [json.loads(line) for line in out.splitlines()] == FOUND, name


def test_lines_of_text_need_no_column(tmp_path, pravah: Pravah):
    (tmp_path / "a.txt").write_text("nothing\ncall 9876543210\n", encoding="utf-8")
    code, out, _ = pravah("detect", str(tmp_path / "a.txt"), "--json")
    assert (code, json.loads(out)) == (0, FOUND[0] | {"row": 1})


def test_the_name_of_the_column_is_context(tmp_path, pravah: Pravah):
    (tmp_path / "a.csv").write_text("name,aadhaar_no\nA,234123412346\n", encoding="utf-8")
    _, out, _ = pravah("detect", str(tmp_path / "a.csv"), "--column", "aadhaar_no", "--json")
    assert json.loads(out)["entity"] == "IN_AADHAAR"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.csv", "--column", "remarks"], "none.csv: no such file"),
        (["complaints.csv"], "name one of its columns with --column"),
        (["complaints.csv", "--column", "x"], "--column: no such column; the file has id, remarks"),
    ],
)
def test_bad_usage_is_one_line(words, said, file, pravah: Pravah):
    code, out, err = pravah("detect", str(file.parent / words[0]), *words[1:])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err

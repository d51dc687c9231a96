"""CSV: the cells that Python's csv reads, or a delivery that is held; never a guess."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data_contracts.dataset import Dataset
from tests.contracts_kit import PERSON, PHONE, PLANTED, column, server
from tests.transforms.kit import dataset, held, take
from transforms.reading import csv_file
from transforms.reading.held import Held

NAMES = ["a", "b", "c"]
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]


def table(**source: object) -> Dataset:
    return dataset(*map(column, NAMES), servers=[server(**source)])


def cells(encoding: str) -> st.SearchStrategy[str]:
    """What may stand in a cell; often what means something to a CSV."""
    codec = encoding if encoding == "cp1252" else "utf-8"
    letters = st.characters(codec=codec, exclude_characters="\0", exclude_categories=["Cs"])
    special = st.sampled_from(['"', '""', ",", ";", "\t", "|", "\n", "\r\n", "'", "\\", " ", "#", "§", "NULL", "-"])
    hindi = st.sampled_from(["नवसागर", "कि", "१२", "\u200d", "é", "😀", "\ufeff"])
    return st.lists(letters | special | (letters if codec == "cp1252" else hindi), max_size=6).map("".join)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, list[list[str]], str, int]:
    encoding = draw(st.sampled_from(ENCODINGS))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|", "¦"]))
    rows = draw(st.lists(st.lists(cells(encoding), min_size=3, max_size=3), min_size=1, max_size=8))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    return encoding, delimiter, rows, draw(st.sampled_from(["\n", "\r\n"])), quoting


def written(rows: list[list[str]], delimiter: str, end: str, quoting: int) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([NAMES, *rows])
    return out.getvalue()


@settings(max_examples=80, deadline=None)
@given(files())
@example(("utf-8", ",", [['"', "a,b", "x\ny"], ["", "", ""]], "\n", csv.QUOTE_MINIMAL))
@example(("utf-8", ",", [["", "\r", ""]], "\n", csv.QUOTE_MINIMAL))
@example(("utf-16", "\t", [["नवसागर\nनगर", '"', "\t"]], "\r\n", csv.QUOTE_ALL))
def test_the_cells_are_those_that_python_reads(file: tuple[str, str, list[list[str]], str, int]):
    encoding, delimiter, rows, end, quoting = file
    text = written(rows, delimiter, end, quoting)
    source = table(encoding=encoding, delimiter=delimiter)
    try:
        outcome = take(source, text.encode(encoding))
    except Held as reason:
        # Line ends of two kinds are the one thing that Python takes and we do not; they may part a line.
        assert reason.rule in ("csv.shape", "csv.columns")
        assert "\r" in text.replace(end, "") or "\n" in text.replace(end, "")
        return
    _, *expected = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    assert [[row[name] for name in NAMES] for row in outcome.rows] == [
        [cell or None for cell in row] for row in expected
    ]
    assert outcome.checked.rows_read == len(rows)
    assert outcome.checked.quarantined == 0


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with some bytes lost, doubled or replaced."""
    rows = draw(st.lists(st.lists(cells("utf-8"), min_size=3, max_size=3), min_size=1, max_size=5))
    content = bytearray(written([*rows, [PERSON, PHONE, "x"]], ",", "\n", csv.QUOTE_MINIMAL).encode())
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        match draw(st.sampled_from(["insert", "cut", "drop"])):
            case "insert":
                content[place:place] = draw(st.sampled_from([b'"', b",", b"\r", b"\n", b"\0", b"\xff", b"\\", b" "]))
            case "cut":
                del content[place:]
            case "drop":
                del content[place : place + draw(st.integers(1, 9))]
    return bytes(content)


@settings(max_examples=80, deadline=None)
@given(damaged())
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b'a,b,c\n"')
@example(b'a,b,c\n"x\n1,"2\n')
def test_a_damaged_file_is_held_or_taken_whole_and_its_values_are_not_told(content: bytes):
    try:
        outcome = take(table(), content)
    except Held as reason:
        assert not any(planted in str(reason) for planted in PLANTED)
        return
    assert outcome.checked.rows_read == len(outcome.rows) > 0
    lines = content.decode("utf-8-sig").splitlines()
    assert outcome.checked.rows_read < len(lines), "no row from nowhere"


@pytest.mark.parametrize(
    ("content", "rule", "place"),
    [
        (b"", "file.empty", "byte 0"),
        (b"a,b,c\n", "file.empty", "the file"),
        (b"a,b,c", "file.empty", "the file"),
        (b"\n", "header.missing", "line 1"),
        (b"\xef\xbb\xbf", "header.missing", "line 1"),
        (b"a;b;c\n1;2;3\n", "header.missing", "line 1"),
        (b"a,b\n1,2\n", "header.missing", "line 1"),
        (b"a,b,d\n1,2,3\n", "header.missing", "line 1"),
        (b"A,B,C\n1,2,3\n", "header.missing", "line 1"),
        (b"a,b, c\n1,2,3\n", "header.missing", "line 1"),
        (b"\na,b,c\n1,2,3\n", "header.missing", "line 1"),
        (b"1,2,3\n4,5,6\n", "header.missing", "line 1"),
        (b"a,b,c,b\n1,2,3,4\n", "header.repeated", "line 1, columns 2 and 4"),
        (b'"a"x,b,c\n1,2,3\n', "csv.header", "line 1"),
        (b"a,b,c\n1,2,3\n\0,2,3\n", "file.nul", "byte 12"),
        (b"a,b,c\n1,\xff,3\n", "file.encoding", "near byte 8"),
        ("a,b,c\n1,2,3\n".encode("utf-16"), "file.nul", "byte 3"),
        (b'a,b,c\n1,2,"3\n', "csv.quote", "the file"),
        (b'a,b,c\n1,2,3\n1,"2"x,3\n', "csv.quote", "line 3"),
        (b"a,b,c\n1,2,3\n1,2\n", "csv.columns", "line 3"),
        (b"a,b,c\n1,2,3\n1,2,3,4\n", "csv.columns", "line 3"),
        (b"a,b,c\n1,2,3\n1,2,3,,4\n", "csv.columns", "line 3"),
        (b'a,b,c\n1,2,"3\n4,5",6\n', "csv.columns", "line 2"),
        (b"a,b,c\n1,2,3\r\n4,5,6\n", "csv.shape", "the file"),
        (b"a,b,c\r\n1,2,3\n4,5,6\r\n", "csv.shape", "the file"),
        (b"a,b,c\n1,2\r,3\n", "csv.shape", "the file"),
        # Of these DuckDB makes other values without a word.
        (b'a,b,c\n1,2,3\n1,"2" "3",4\n', "csv.shape", "near byte 14"),
        (b'a,b,c\n1,2,3\n1,"2" """3""",4\n', "csv.shape", "near byte 14"),
        (b'a,b,c\n1,5" pipe,3\n1,6" pipe,"2"  "3"\n', "csv.shape", "near byte 28"),
        (b"a,b,c\r\n1,2,3\r 4,5,6\r\n", "csv.shape", "near byte 11"),
        (b"a,b,c\n1," + b"z" * (3 << 20) + b",3\n", "csv.line", "line 2"),
        (b"a,b,c" + b",z" * (600_000) + b"\n1,2,3\n", "csv.line", "line 1"),
        (b"a,b,c" + b",z" * (1 << 20) + b"\n1,2,3\n", "csv.line", "line 1"),
    ],
)
def test_what_holds_a_delivery(content: bytes, rule: str, place: str):
    reason = held(table(), content)
    assert (reason.rule, reason.place) == (rule, place)
    assert reason.remedy


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-16", b"a,b,c\n1,2,3\n"),
        ("utf-16", "a,b,c\n1,2,3\n".encode("utf-16-le")),
        ("utf-16", "a,b,c\n1,2,3\n".encode("utf-16")[:-1]),
        ("utf-16", b"\xff\xfe\x00\xd8a\x00"),
        ("cp1252", b"a,b,c\n1,\x81,3\n"),
        ("ascii", "a,b,c\n1,é,3\n".encode()),
        ("utf-8", "a,b,c\n1,é,3\n".encode("cp1252")),
    ],
)
def test_another_encoding_than_declared_holds(encoding: str, content: bytes):
    reason = held(table(encoding=encoding), content)
    assert reason.rule == "file.encoding"
    assert reason.place.startswith("near byte ")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b,c\r1,2,3\r4,5,6\r", [["1", "2", "3"], ["4", "5", "6"]]),
        (b"a,b,c\n1,2,3", [["1", "2", "3"]]),
        (b"\xef\xbb\xbfa,b,c\n1,2,3\n", [["1", "2", "3"]]),
        (b"c,a,b\n3,1,2\n", [["1", "2", "3"]]),
        (b"a,b,c\n\n1,2,3\n\n", [["1", "2", "3"]]),
        (b"a,b,c\n,,\n", [[None, None, None]]),
        (b'a,b,c\n"","",""\n', [[None, None, None]]),
        (b"a,b,c\n 1,2 ,  \n", [[" 1", "2 ", "  "]]),
        (b'a,b,c\n5" pipe,6" pipe,x\n', [['5" pipe', '6" pipe', "x"]]),
        (b'a,b,c\nward "A" "B",5" 6" ,"7"" ""8" \n', [['ward "A" "B"', '5" 6" ', '7" "8']]),
        (b'a,b,c\r\n"1\r 2","x\n"" "" y", z\r\n', [["1\r 2", 'x\n" " y', " z"]]),
        (b'a,b,c\n1, "2",  "3" "4"\n', [["1", "2", '  "3" "4"']]),
        (b"a,b,c\r 1,2,3\r 4,5,6\r", [[" 1", "2", "3"], [" 4", "5", "6"]]),
        # Trailing delimiters, as Excel leaves them, hold nothing.
        (b"a,b,c\n1,2,3,,\n", [["1", "2", "3"]]),
        (b"a,b,c\n007,1.50,1e5\n", [["007", "1.50", "1e5"]]),
        (b"a,b,c\n=1+1,@x,-5\n", [["=1+1", "@x", "-5"]]),
        (b"a,b,c\nNULL,nan,None\n", [["NULL", "nan", "None"]]),
    ],
)
def test_what_is_read(content: bytes, expected: list[list[str | None]]):
    assert [[row[name] for name in NAMES] for row in take(table(), content).rows] == expected


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b""], ids=["little", "big", "none"])
def test_utf_16_is_read_with_its_mark_and_without(mark: bytes):
    encoding = "utf-16-be" if mark == b"\xfe\xff" else "utf-16-le"
    content = mark + "a,b,c\n1,नवसागर,3\n".encode(encoding)
    for declared in [encoding, "utf-16"] if mark else [encoding]:
        assert take(table(encoding=declared), content).column("b") == ["नवसागर"]


@pytest.mark.parametrize("before", [1, 900_000])
def test_two_encodings_in_one_file_hold_at_the_byte(before: int):
    good = "1,दो,3\n".encode() * before
    reason = held(table(), b"a,b,c\n" + good + "1,café,3\n".encode("cp1252") + good)
    assert (reason.rule, reason.place) == ("file.encoding", f"near byte {6 + len(good) + 5}")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_without_a_header_has_the_columns_of_the_contract_in_their_order(mark: bytes):
    outcome = take(table(header="none"), mark + b"a,b,c\n1,2,3\n")
    assert [[row[name] for name in NAMES] for row in outcome.rows] == [["a", "b", "c"], ["1", "2", "3"]]
    for line in (b"1,2\n", b"1,2,3,4\n"):
        assert held(table(header="none"), b"1,2,3\n" + line).rule == "csv.columns"


def test_lines_may_end_early_where_the_contract_says_so():
    outcome = take(table(shortLines=True), b"a,b,c\n1,2\n1,2,3\n1\n")
    assert [[row[name] for name in NAMES] for row in outcome.rows] == [
        ["1", "2", None],
        ["1", "2", "3"],
        ["1", None, None],
    ]
    assert held(table(shortLines=True), b"a,b,c\n1,2\n1,2,3,4\n").rule == "csv.columns"
    assert held(table(shortLines=True), b'a,b,c\n1,2\n1,"2\n"\n').rule == "csv.shape"


def test_null_values_are_those_declared_and_no_others():
    outcome = take(table(nullValues=["NA", "-"]), b'a,b,c\nNA,"-",\n')
    assert outcome.rows[0] | {"a": None, "b": None, "c": ""} == outcome.rows[0]


def test_other_names_of_a_column_and_columns_to_pass_over():
    source = dataset(column("a", sourceNames=["Camera\nID"]), column("b"), servers=[server(ignoredColumns=["Remarks"])])
    outcome = take(source, b'Remarks,"Camera\nID",b\nx,1,2\ny,3,4\n')
    assert outcome.column("a") == ["1", "3"]


def test_a_header_is_never_echoed():
    reason = held(table(), f"a,b,{PERSON} {PHONE}\n1,2,3\n".encode())
    assert reason.rule == "header.missing"
    assert not any(planted in str(reason) for planted in PLANTED)
    assert "column 3" in str(reason)


@pytest.mark.parametrize("bad", [b"%s,%s\n", b'%s,"%s"x,3\n', b"%s,%s,3,4\n", b"%s,%s\xff,3\n"])
def test_a_bad_line_is_never_echoed(bad: bytes):
    line = bad % (PERSON.encode(), PHONE.encode())
    reason = held(table(), b"a,b,c\n" + b"1,2,3\n" * 3 + line)
    assert not any(planted in str(reason) for planted in PLANTED)


def test_rows_keep_their_order_in_a_file_read_by_many_hands():
    """Beyond a row group and beyond DuckDB's parallel chunks."""
    count = 250_000
    content = b"a,b,c\n" + b"".join(b"%d,y,some more text to make it longer\n" % n for n in range(count))
    outcome = take(table(), content)
    assert outcome.column("a") == list(map(str, range(count)))


@pytest.mark.parametrize("bad", [b"1,2\n", b"1,2,3,4\n", b'1,"2"x,3\n', b"1,2,3\r\n"])
@pytest.mark.parametrize("after", [0, 60_000])
def test_a_fault_deep_in_a_file_holds_the_whole_delivery(bad: bytes, after: int):
    good = b"some text to fill a line,2,3\n"
    reason = held(table(), b"a,b,c\n" + good * 60_000 + bad + good * after)
    assert reason.rule.startswith("csv.")


@pytest.mark.parametrize(
    "lost",
    [
        # All of these made DuckDB lose the row, or the ones behind it, without a word.
        b"x," * (20 << 20) + b"y",
        b"x" * (40 << 20) + b",2,3",
        b"\n" * (3 << 20) + b"4,5,6\n",
        b"\r\n" * (9 << 20) + b"4,5,6\r\n",
    ],
    ids=["long last line", "long last cell", "empty lines", "empty lines of windows"],
)
def test_rows_that_would_be_lost_hold(lost: bytes):
    end = b"\r\n" if b"\r" in lost else b"\n"
    assert held(table(), b"a,b,c" + end + (b"1,2,3" + end) * 1_500_000 + lost).rule == "csv.line"


@pytest.mark.parametrize("spaces", [1, 40])
@pytest.mark.parametrize("before", range(20))
def test_what_would_be_altered_is_found_across_blocks(before: int, spaces: int):
    filler = b"x" * (csv_file.SCANNED - len(b'a,b,c\n,2,3\n1,"2"') - before)
    content = b"a,b,c\n" + filler + b',2,3\n1,"2"' + b" " * spaces + b'"3",4\n'
    assert held(table(), content).rule == "csv.shape"


def test_a_space_before_a_quote_becomes_no_part_of_a_value():
    for spaced in (b'a,b,c\n "1",2,3\n', b'a,b,c\n1, "2",3\n'):
        assert [list(row.values())[:3] for row in take(table(), spaced).rows] == [["1", "2", "3"]]
        assert held(table(steps=[{"setAside": {"a": "^x$"}}]), spaced).rule == "csv.quote"


def test_empty_lines_lose_no_row():
    content = b"a,b,c\n" + b"1,2,3\n" * 1_500_000 + b"\n" * 900_000 + b"4,5,6\n"
    assert take(table(), content).checked.rows_read == 1_500_001


def test_an_error_that_is_not_the_files_is_not_laid_at_its_door():
    """A delivery that is held is held for good; a full disk or a rule that breaks is no reason for that."""
    source = dataset(
        column("a"),
        quality=[{"name": "r", "type": "custom", "engine": "pravah", "implementation": "cast(a as integer) > 0"}],
    )
    with pytest.raises(csv_file.duckdb.ConversionException):
        take(source, b"a\nx\n")


def test_a_name_that_a_shell_would_expand_is_a_name(tmp_path):
    file = tmp_path / "city=x" / "data[1]*.csv"
    file.parent.mkdir()
    file.write_bytes(b"a,b,c\n1,2,3\n")
    (file.parent / "data1.csv").write_bytes(b"a,b,c\n9,9,9\n")
    assert take(table(), file).column("a") == ["1"]

"""Peak memory of a whole check of a very large file, from its bytes to the stored rows, in a process of its own."""

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from tests.bench import delivery

WANTED = 1.5
CSV_ROWS, SHEET_ROWS, NUMBERS, TEXTS = 8_200_000, 1_040_000, 12, 4
SHEET = "xl/worksheets/sheet1.xml"


def figures(folder: Path) -> list[dict[str, Any]]:
    """The size of each file in MB and the peak in GiB; `folder` holds the generated files."""
    found = []
    for file in (delivery.challans(CSV_ROWS, folder), workbook(folder)):
        done = subprocess.run([sys.executable, "-m", "tests.bench.memory", str(file)], check=True, capture_output=True)
        rows, peak = json.loads(done.stdout)
        kind = file.suffix[1:]
        found += [
            delivery.figure(f"{kind}: MB", file.stat().st_size / 1e6),
            delivery.figure(f"{kind}: million rows", rows / 1e6),
            delivery.figure(f"{kind}: peak GiB", peak, f"≤ {WANTED}", peak <= WANTED),
        ]
    return found


def workbook(folder: Path) -> Path:
    """A workbook of over 200 MB: numbers of 16 digits, which hardly pack, and texts that differ in every row."""
    file = folder / f"cells-{SHEET_ROWS}.xlsx"
    if file.exists():
        return file
    with tempfile.TemporaryDirectory(dir=folder) as name:
        empty, rows, aside = (Path(name) / part for part in ("empty.xlsx", "rows.xml", "whole.xlsx"))
        with xlsxwriter.Workbook(empty) as book:
            book.add_worksheet()
        _rows(rows)
        with zipfile.ZipFile(empty) as source, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as target:
            for member in source.namelist():
                if member != SHEET:
                    target.writestr(member, source.read(member))
            target.write(rows, SHEET)
        aside.rename(file)
    return file


def _rows(file: Path) -> None:
    def cell(column: int, text: str, row: str = "i + 2") -> str:
        return f"""'<c r="{chr(65 + column)}' || ({row}) || '" ' || {text}"""

    def inline(text: str) -> str:
        return f"""'t="inlineStr"><is><t>' || {text} || '</t></is></c>'"""

    number = "'><v>' || hash(i * {0}) / 18446744073709551616.0 || '</v></c>'"
    names = [f"'{name}'" for name in _names()]
    header = " || ".join(cell(at, inline(name), "1") for at, name in enumerate(names))
    cells = [cell(at, number.format(at + 3)) for at in range(NUMBERS)]
    cells += [cell(at, inline(f"'text ' || hash(i + {at})")) for at in range(NUMBERS, NUMBERS + TEXTS)]
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    duckdb.execute(
        f"""COPY (
            SELECT '<worksheet xmlns="{space}"><sheetData><row r="1">' || {header} || '</row>'
            UNION ALL SELECT '<row r="' || (i + 2) || '">' || {" || ".join(cells)} || '</row>'
            FROM range({SHEET_ROWS}) AS t(i)
            UNION ALL SELECT '</sheetData></worksheet>'
        ) TO '{file}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\t')"""
    )


def _names() -> list[str]:
    return [f"n{at}" for at in range(NUMBERS)] + [f"t{at}" for at in range(TEXTS)]


def check(file: Path) -> tuple[int, float]:
    """The rows of a file that is read, judged and stored by its contract, and this process's peak in GiB."""
    from data_contracts import catalogue
    from tests.contracts_kit import column, contract, one, server
    from transforms.checking.delivery import check_delivery

    with tempfile.TemporaryDirectory(dir=file.parent) as name:
        scratch = Path(name)
        if file.suffix == ".csv":
            dataset = catalogue.load(delivery.CONTRACTS).datasets["traffic_police__e_challans"]
        else:
            columns = [column(each, "number" if each.startswith("n") else "string") for each in _names()]
            dataset = one(scratch, contract("cells", columns, servers=[server(format="xlsx")]))
        checked = check_delivery(file, dataset, "testpur", None, scratch / "checked.parquet", scratch)
    # Not getrusage: its peak is that of the process that forked this one, if it was larger.
    status = Path("/proc/self/status").read_text()
    return checked.rows_read, int(status.partition("VmHWM:")[2].split()[0]) / (1 << 20)


if __name__ == "__main__":
    print(json.dumps(check(Path(sys.argv[1]))))

"""How a third party recomputes a frozen round: one SQL script for a bare DuckDB, and a page that says how."""

from pathlib import Path

from transforms.maturity.scoring import STEPS
from transforms.maturity.sensitivity import DRAWS, SEED
from transforms.maturity.tables import INPUTS

_README = (Path(__file__).parent / "replay.md").read_text(encoding="utf-8")


def script() -> str:
    """SQL to be run in a round's folder: how many rows of each result differ from what the evidence gives."""
    head = "-- Recomputes this round: run it in this folder with DuckDB 1.5 or newer. Every `differing` is 0.\n"
    read = [f"CREATE TEMP TABLE {table} AS FROM read_parquet('evidence/{table}.parquet');" for table in INPUTS]
    made = [
        f"SET VARIABLE step = (SELECT content FROM read_text('sql/{step}.sql'));\n"
        f"CREATE TEMP TABLE {step} AS FROM query(getvariable('step'));"
        for step in STEPS
    ]
    compared = "\nUNION ALL\n".join(_compared(step, f"read_parquet('results/{step}.parquet')") for step in STEPS)
    return "\n".join([head, *read, *made, f"{compared};"]) + "\n"


def differing(table: str, other: str) -> str:
    """SQL of the number of rows that only one of two tables has."""
    one, two = (f"(FROM {a} EXCEPT ALL FROM {b})" for a, b in ((table, other), (other, table)))
    return f"(SELECT count(*) FROM ({one} UNION ALL {two}))"


def readme(round_name: str, notice: str | None) -> str:
    """The page that says what is in the folder, and how to check it."""
    said = f"\n**{notice}**\n" if notice else ""
    return _README.format(round=round_name, notice=said, draws=f"{DRAWS:,}", seed=SEED)


def _compared(table: str, stored: str) -> str:
    rows = f"(SELECT count(*) FROM {table})"
    return f"SELECT '{table}' AS result, {rows} AS row_count, {differing(table, stored)} AS differing"

"""The storage that each setting of the retention needs, and by how much more than now."""

from babel.numbers import format_decimal

from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage.loaded import Known
from portal.staff.footage.wording import LOCALES, percent, setting
from transforms.footage.levers import LEVERS
from transforms.footage.storage import growth, needed

LEVER = "retention_days"
TERABYTE = 1e12
COLUMNS = ("retention", "storage", "growth")
ASSUMED = ("same_rate", "all_day", "holds")


def show(found: Known, words: Texts) -> None:
    """Draw the section."""
    title, cameras = words("footage_desk.part.storage"), found.storage
    if cameras is None or not cameras["bytes_per_s"].notna().any():
        text = words("footage_desk.nostorage")
        shell.block("heading.html", words, id="storage", level=2, title=title, text=text)
        return
    table = growth(cameras, LEVERS[LEVER])
    measured = needed(cameras, 0).iloc[0]
    text = words(
        "footage_desk.storage",
        now=_terabytes(table["bytes"][0], words),
        measured=figures.number(int(measured["measured"]), words.language),
        cameras=figures.number(int(measured["cameras"]), words.language),
    )
    shell.block("heading.html", words, id="storage", level=2, title=title, text=text)
    most = table["bytes"].max()
    rows = [
        {
            "label": setting(LEVER, int(row.days), words),
            "bar": row.bytes / most,
            "values": [_terabytes(row.bytes, words), f"+{percent(row.growth_pct / 100, words)}" if row.days else "–"],
        }
        for row in table.itertuples()
    ]
    columns = [words(f"footage_desk.column.{name}") for name in COLUMNS]
    shell.block("bars.html", words, caption=words("footage_desk.storagecaption"), columns=columns, rows=rows)
    points = [words(f"footage_desk.storageassume.{key}") for key in ASSUMED]
    shell.block("points.html", words, title=words("footage_desk.assumed"), points=points)


def _terabytes(size: float, words: Texts) -> str:
    """123456789012345 → 123.5 TB."""
    return f"{format_decimal(size / TERABYTE, format='#,##,##0.0', locale=LOCALES[words.language])} TB"

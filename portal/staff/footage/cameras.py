"""The cameras: how much of the time they recorded, with device, link and recording apart, and what to repair first."""

from typing import Any

import pandas as pd

from orchestration.project import Project
from portal import atlas, shell
from portal.pages import figures
from portal.pages.outline import Outline
from portal.pages.texts import Texts
from portal.staff.footage.loaded import Known
from portal.staff.footage.ward import called
from portal.staff.footage.wording import percent
from transforms.footage.availability import SELDOM, health_shares, rates, seldom_up

BY_WARD = ("ward", "recorded", "recording", "device", "link", "number")
BROKEN = ("camera", "ward", "recorded", "asked")
# Of those to repair first, so many are told.
FIRST, FIRST_WARDS = 30, 10


def show(project: Project, city: str, found: Known, words: Texts) -> None:
    """Draw the section."""
    title = words("footage_desk.part.cameras")
    if found.availability is None or not found.availability.months:
        text = words("footage_desk.norecordings")
        shell.block("heading.html", words, id="cameras", level=2, title=title, text=text)
        return
    text = words("footage_desk.availability", seldom=figures.share(SELDOM, words.language))
    shell.block("heading.html", words, id="cameras", level=2, title=title, text=text)
    options = {f"{month:%Y-%m}": figures.month(month, words.language) for month in found.availability.months}
    chosen = shell.choice(words("dataset.chart.month"), "month", options, width=320)
    month = pd.Timestamp(f"{chosen}-01")
    recorded = found.availability.recorded
    recorded = recorded[recorded["month"] == month]
    shell.block("facts.html", words, facts=_facts(recorded, words))
    _wards(recorded, _seen(found, month), found.wards, words)
    _broken(recorded, found, words)


def _facts(recorded: pd.DataFrame, words: Texts) -> list[tuple[str, str]]:
    city = rates(recorded).iloc[0]
    count, under = int(city["cameras"]), len(seldom_up(recorded))
    return [
        (words("footage_desk.fact.availability"), percent(city["availability"], words)),
        (words("footage_desk.fact.seldom", seldom=figures.share(SELDOM, words.language)), _of(under, count, words)),
        (words("footage_desk.fact.mtbf"), _hours(city["mtbf_h"], words)),
        (words("footage_desk.fact.mttr"), _hours(city["mttr_h"], words)),
    ]


def _seen(found: Known, month: pd.Timestamp) -> pd.DataFrame | None:
    """What the monitoring saw in a month by ward; None where it sent nothing of it."""
    health = found.availability.health if found.availability else None
    rows = health[health["month"] == month] if health is not None else None
    return None if rows is None or rows.empty else health_shares(rows, ["ward_id"])


def _wards(recorded: pd.DataFrame, seen: pd.DataFrame | None, wards: dict[str, Outline], words: Texts) -> None:
    """The wards on the map, then the one that recorded least first."""
    table = rates(recorded, ["ward_id"]).sort_values(["availability", "ward_id"])
    if seen is not None:
        table = table.merge(seen, on="ward_id", how="left")
    caption, columns = words("footage_desk.wardscaption"), [words(f"footage_desk.column.{name}") for name in BY_WARD]
    known = {str(row["ward_id"]): round(100 * row["availability"], 1) for row in table.to_dict("records")}
    atlas.availability(words, list(wards.values()), known, words("footage_desk.nocamera"), caption)
    rows = [_told(row, wards, words) for row in table.to_dict("records")]
    shell.block("bars.html", words, caption=caption, columns=columns, rows=rows[:FIRST_WARDS])
    if len(rows) > FIRST_WARDS:
        every = [[row["label"], *row["values"]] for row in rows]
        titles = [(title, number > 0) for number, title in enumerate(columns)]
        shell.folded_table(words, words("footage_desk.allwards"), titles, every)


def _told(row: dict[str, Any], wards: dict[str, Outline], words: Texts) -> dict[str, Any]:
    """A ward's bar and what stands behind it."""
    seen = [row.get(part) for part in ("recording", "device", "link")]
    shares = [None if part is None or pd.isna(part) else percent(part, words) for part in seen]
    values = [percent(row["availability"], words), *shares, row["cameras"]]
    return {"label": called(row["ward_id"], wards, words), "bar": row["availability"], "values": values}


def _broken(recorded: pd.DataFrame, found: Known, words: Texts) -> None:
    """The cameras that hardly record, those first whose places are asked about most."""
    cameras = rates(recorded, ["camera_id", "ward_id"])
    pairs = found.footage.pairs
    asked = pairs["camera_id"].value_counts() if pairs is not None else pd.Series(dtype=int)
    broken = cameras[cameras["camera_id"].isin(seldom_up(recorded))]
    broken = broken.assign(asked=broken["camera_id"].map(asked).fillna(0).astype(int))
    first = broken.sort_values(["asked", "camera_id"], ascending=[False, True]).head(FIRST)
    rows = [
        [row.camera_id, called(row.ward_id, found.wards, words), percent(row.availability, words), row.asked]
        for row in first.itertuples()
    ]
    if not rows:
        return
    title = words("footage_desk.repairtitle")
    shell.block("heading.html", words, id="repair", level=3, title=title, text=words("footage_desk.repair"))
    columns = [(words(f"footage_desk.column.{name}"), name in ("recorded", "asked")) for name in BROKEN]
    shell.table(words, words("footage_desk.repaircaption", cameras=_of(len(rows), len(broken), words)), columns, rows)


def _of(part: int, whole: int, words: Texts) -> str:
    return words(
        "footage_desk.of", part=figures.number(part, words.language), whole=figures.number(whole, words.language)
    )


def _hours(hours: float, words: Texts) -> str:
    return "–" if pd.isna(hours) else words("footage_desk.hours", hours=figures.number(round(hours), words.language))

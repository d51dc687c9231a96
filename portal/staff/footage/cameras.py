"""The cameras: how much of the time they recorded, with device, link and recording apart, and what to repair first."""

import pandas as pd

from orchestration.project import Project
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from portal.staff.footage.loaded import Known
from portal.staff.footage.wording import percent
from transforms.footage.availability import SELDOM, health_shares, rates, seldom_up

BY_WARD = ("ward", "recorded", "recording", "device", "link", "number")
BROKEN = ("camera", "ward", "recorded", "asked")
# Of those to repair first, so many are told.
FIRST = 30


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


def _wards(recorded: pd.DataFrame, seen: pd.DataFrame | None, names: dict[str, dict[str, str]], words: Texts) -> None:
    """The wards, the one that recorded least first."""
    table = rates(recorded, ["ward_id"]).sort_values(["availability", "ward_id"])
    parts = ("recording", "device", "link")
    if seen is not None:
        table = table.merge(seen, on="ward_id", how="left")
    rows = [
        {
            "label": _ward(row["ward_id"], names, words),
            "bar": row["availability"],
            "values": [
                percent(row["availability"], words),
                *(None if pd.isna(row.get(part)) else percent(row[part], words) for part in parts),
                row["cameras"],
            ],
        }
        for row in table.to_dict("records")
    ]
    columns = [words(f"footage_desk.column.{name}") for name in BY_WARD]
    shell.block("bars.html", words, caption=words("footage_desk.wardscaption"), columns=columns, rows=rows)


def _broken(recorded: pd.DataFrame, found: Known, words: Texts) -> None:
    """The cameras that hardly record, those first whose places are asked about most."""
    cameras = rates(recorded, ["camera_id", "ward_id"])
    pairs = found.footage.pairs
    asked = pairs["camera_id"].value_counts() if pairs is not None else pd.Series(dtype=int)
    broken = cameras[cameras["camera_id"].isin(seldom_up(recorded))]
    broken = broken.assign(asked=broken["camera_id"].map(asked).fillna(0).astype(int))
    first = broken.sort_values(["asked", "camera_id"], ascending=[False, True]).head(FIRST)
    rows = [
        [row.camera_id, _ward(row.ward_id, found.wards, words), percent(row.availability, words), row.asked]
        for row in first.itertuples()
    ]
    if not rows:
        return
    title = words("footage_desk.repairtitle")
    shell.block("heading.html", words, id="repair", level=3, title=title, text=words("footage_desk.repair"))
    columns = [(words(f"footage_desk.column.{name}"), name in ("recorded", "asked")) for name in BROKEN]
    shell.table(words, words("footage_desk.repaircaption", cameras=_of(len(rows), len(broken), words)), columns, rows)


def _ward(ward: object, names: dict[str, dict[str, str]], words: Texts) -> str:
    if pd.isna(ward):
        return words("footage_desk.noward")
    return words.pick(names[str(ward)]) if str(ward) in names else str(ward)


def _of(part: int, whole: int, words: Texts) -> str:
    return words(
        "footage_desk.of", part=figures.number(part, words.language), whole=figures.number(whole, words.language)
    )


def _hours(hours: float, words: Texts) -> str:
    return "–" if pd.isna(hours) else words("footage_desk.hours", hours=figures.number(round(hours), words.language))

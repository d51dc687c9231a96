"""The files of a round that a reader can have: those that the release's manifest lists, and no others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.public.downloads import address
from portal.public.maturity.look import Look
from portal.public.maturity.rounds import FOLDER


def offered(look: Look, names: Sequence[str], pack: bool = False) -> list[dict[str, Any]]:
    """Those of some files inside the round that the release has, the evidence pack first where it is asked for."""
    release, round_ = look.visit.release, f"{FOLDER}/{look.round.name}"
    wanted = [f"{round_}.zip"] * pack + [f"{round_}/{name}" for name in names]
    found = ((name, release.files.get(name)) for name in wanted)
    return [
        {"name": Path(name).name, "href": address(release.id, name), "kind": _kind(name, round_)} | entry
        for name, entry in found
        if entry is not None
    ]


def _kind(name: str, round_: str) -> str:
    """What a file is, as the texts `maturity.file.*` name it."""
    inside = name.removeprefix(round_).lstrip("/")
    if inside == ".zip":
        return "pack"
    if inside.startswith("cards/"):
        return "card_hi" if inside.endswith(".hi.pdf") else f"card_{inside.rpartition('.')[2]}"
    return "state" if inside.startswith("state/") else inside.rpartition("/")[2].partition(".")[0]

"""Fills a reviewer's sheet of the sample cities, as a reviewer who has seen the made-up documents would."""

import csv
from pathlib import Path

from orchestration.sample.chance import stream
from orchestration.sample.profile import FIVE

# How much of what bears a document is accepted, and how much of all is returned. The others wait.
HABITS = {
    "navsagar": (0.6, 0.2),
    "meghavan": (0.95, 0.03),
    "sonpali": (0.15, 0.45),
    "phulkheda": (0.5, 0.2),
    "tarangpur": (0.5, 0.25),
}
USUAL = (0.5, 0.2)
# What a city that is only starting cannot have yet.
NOT_YET = {"G11": "No upkeep contract of the centre has penalties yet.", "C10": "The portal is not open yet."}
ACCEPTED, RETURNED = "Document read; it bears the value out.", "Document missing, or it does not show the value."


def fill_sheet(file: Path, seed: int) -> int:
    """Fill decision and reason of the lines in place; how many have one."""
    with file.open(encoding="utf-8", newline="") as stream_:
        lines = list(csv.DictReader(stream_))
    for line in lines:
        line["decision"], line["reason"] = _decision(line, seed)
    with file.open("w", encoding="utf-8", newline="") as stream_:
        writer = csv.DictWriter(stream_, list(lines[0]) if lines else [])
        writer.writeheader()
        writer.writerows(lines)
    return sum(bool(line["decision"]) for line in lines)


def _decision(line: dict[str, str], seed: int) -> tuple[str, str]:
    city, indicator = line["city"], line["indicator_id"]
    if city == FIVE[3].city and indicator in NOT_YET:
        return "not_applicable", NOT_YET[indicator]
    accept, send_back = HABITS.get(city, USUAL)
    drawn = stream(seed, city, line["assessment_round"], indicator, "review").random()
    if drawn < accept and line["document_sha256"]:
        return "accepted", ACCEPTED
    return ("returned", RETURNED) if drawn > 1 - send_back else ("", "")

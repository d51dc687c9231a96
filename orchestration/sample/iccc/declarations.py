"""What a city declares of its own maturity: a file for each half year."""

import hashlib
from datetime import datetime

import numpy as np
import pandas as pd

from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, empty, impossible_date, put
from orchestration.sample.iccc.use_cases import AS_OF
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import people

ROUNDS = {"2025-H1": "2025-07-14", "2025-H2": "2026-01-19", "2026-H1": "2026-07-13"}
# Of each indicator: what a weak city has, a mature one, and the rubric's target.
NUMBERS = {
    "F1": (4, 13, 10), "F2": (15, 58, 60), "F3": (38, 66, 75), "F4": (30, 71, 90), "F5": (150, 50, 24),
    "F6": (14, 4, 1), "F7": (80, 94, 98), "F8": (9, 2, 0.5), "F9": (55, 81, 90), "F10": (0, 9, 5),
    "T1": (82, 99, 99), "T2": (55, 90, 95), "T3": (75, 96, 98), "T4": (85, 98, 99), "T5": (70, 95, 95),
    "T6": (60, 100, 100), "G3": (20, 78, 80), "G4": (40, 100, 100), "G5": (2, 0, 0), "G6": (60, 92, 95),
    "G7": (80, 100, 100), "G9": (35, 90, 90), "G10": (10, 62, 100), "G11": (5, 74, 90), "C1": (4, 27, 30),
    "C2": (10, 72, 80), "C3": (55, 100, 100), "C4": (50, 98, 100), "C5": (5, 55, 80), "C6": (15, 81, 90),
    "C7": (5, 44, 50), "C8": (2.4, 3.6, 4), "C9": (20, 100, 100),
}  # fmt: skip
# Of those that go by criteria: what is said for 2, 3 and 4 points.
WORDS = {
    "T7": ("Restored from a backup within the year", "Restored in the last 180 days, clocks within 1 s",
           "Restored in the last 90 days, clocks within 100 ms"),
    "T8": ("Audited within 24 months", "High findings within their due date",
           "Audited within 12 months, no high finding open"),
    "G1": ("Policy in draft", "Policy adopted and published",
           "Policy adopted, published, with classification and retention"),
    "G2": ("Data officer with additional charge", "Data officer, full time, temporary", "Data officer, full time"),
    "G8": ("Logs of 180 days", "Logs of 180 days, chain verified", "Logs of a year, chain verified"),
    "C10": ("An agreement with a college", "An agreement and one re-use", "An agreement and three named re-uses"),
}  # fmt: skip
# Those that count things, and those that may be more than a hundred; the others are shares.
COUNTS, BEYOND_100 = {"F1", "F10", "G5", "C1"}, {"F5"}
DOCUMENTS = ("Annual report of the command centre", "Note to the board", "Register of the data cell", "Office order")
# How a city declares: how near to the target (0 weak, 1 mature, 2 target), the share of indicators that it declares
# at all, the share with a document.
WAYS = {
    "navsagar": (0.7, 0.8, 0.6),
    "sonpali": (2.0, 1.0, 0.95),
    "phulkheda": (0.3, 0.2, 0.3),
    "tarangpur": (0.5, 0.7, 0.4),
}
TRUE, CASES, PROCEDURES = "meghavan", "iccc__use_cases", "iccc__sops"
USUAL = (0.6, 0.7, 0.5)

FAULTS = (
    Fault(("indicator_id.pattern",), put("indicator_id", "F-3")),
    Fault(("declared_value.required",), empty("declared_value")),
    Fault(("declared_points.maximum",), put("declared_points", 5)),
    Fault(("declared_points.type",), put("declared_points", "full")),
    Fault(("declared_on.type",), impossible_date("declared_on")),
    Fault(("declared_after_the_round_began",), put("declared_on", datetime(2019, 4, 1))),
    Fault(("document_sha256.pattern",), put("document_sha256", "pending"), lambda cells: bool(cells["document_name"])),
    Fault(("a_document_has_its_hash",), empty("document_sha256"), lambda cells: bool(cells["document_name"])),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's declarations, one file for each round."""
    true = world.profile.like == TRUE
    level, share, papers = (1.0, 1.0, 1.0) if true else WAYS.get(world.profile.like, USUAL)
    known = _own_books(world) if true else {}
    declared = [name for name in (*NUMBERS, *WORDS) if rng.random() < share]
    signed = people(rng, 2)
    files = {}
    for number, (name, day) in enumerate(ROUNDS.items()):
        # Every half year a little more.
        now = level - 0.12 * (len(ROUNDS) - 1 - number)
        frame = pd.DataFrame([_value(indicator, now, known, rng) for indicator in declared])
        signer = signed[number == len(ROUNDS) - 1].latin
        files[f"declaration_{name}"] = frame.assign(
            assessment_round=name,
            declared_points=frame["declared_points"].astype("Int64"),
            declared_on=np.datetime64(day, "s"),
            declared_by=signer,
            email=f"{signer.lower().replace(' ', '.')}@sample.invalid",
            **_documents(world.profile.city, name, len(frame), papers, rng),
        )
    return Batch(files, personal=("declared_by", "email"))


def _own_books(world: World) -> dict[str, float]:
    """What a city can read off its own lists, where the sample has them."""
    cases, procedures = world.rows(CASES), world.rows(PROCEDURES)
    outcomes, live = world.profile.outcomes, cases["status"] == "live"
    settled = outcomes["delivered"] + outcomes["partial"] + outcomes["rejected"]
    fresh = procedures["last_reviewed_on"] > AS_OF - np.timedelta64(365, "D")
    return {
        "F2": 100 * float((live & cases["sop_id"].notna()).mean()),
        "F3": 100 * outcomes["delivered"] / settled,
        "F10": float((cases["current_on"] - cases["baseline_on"] >= np.timedelta64(365, "D")).sum()),
        "G9": 100 * float(fresh.mean()),
    }


def _value(indicator: str, level: float, known: dict[str, float], rng: np.random.Generator) -> Cells:
    """What is declared of an indicator: a number, or words and points where it goes by criteria."""
    if indicator in WORDS:
        place = int(np.clip(round(level), 0, 2))
        return {"indicator_id": indicator, "declared_value": WORDS[indicator][place], "declared_points": place + 2}
    value = known.get(indicator, _number(indicator, level, rng))
    text = f"{value:.0f}" if indicator in COUNTS else f"{value:.1f}"
    return {"indicator_id": indicator, "declared_value": text, "declared_points": None}


def _number(indicator: str, level: float, rng: np.random.Generator) -> float:
    weak, mature, target = NUMBERS[indicator]
    value = float(np.interp(level, [0, 1, 2], [weak, mature, target]))
    if level < 2:
        value *= rng.uniform(0.96, 1.03)
    return min(value, 100) if indicator not in BEYOND_100 else value


def _documents(
    city: str, name: str, count: int, papers: float, rng: np.random.Generator
) -> dict[str, list[str | None]]:
    """The documents that are to bear a round's declarations out, and their hashes."""
    titles = [f"{title}, {name}" if rng.random() < papers else None for title in rng.choice(DOCUMENTS, count)]
    hashes = [hashlib.sha256(f"{city} {title}".encode()).hexdigest() if title else None for title in titles]
    return {"document_name": titles, "document_sha256": hashes}


MAKER = Maker(build, FAULTS)

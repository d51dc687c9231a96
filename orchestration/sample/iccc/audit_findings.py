"""Findings of security audits: the weekly list of all that were ever opened."""

from datetime import timedelta

import numpy as np
import pandas as pd

from orchestration.sample.chance import pick
from orchestration.sample.delivery import Batch, Cells
from orchestration.sample.faults import Fault, empty, impossible_date, lower, put
from orchestration.sample.maker import Maker, World
from orchestration.sample.people import people

AS_OF = np.datetime64("2026-09-28")
# Audits before the list: by whom, how many days ago, the share of all findings.
AUDITS = (("cert_in_empanelled", 640, 0.35), ("internal", 400, 0.25), ("stqc", 260, 0.3), ("internal", 45, 0.1))
SEVERITIES = {"critical": 0.07, "high": 0.23, "medium": 0.42, "low": 0.28}
DUE_DAYS = {"critical": 15, "high": 30, "medium": 90, "low": 180}
# How long mending takes against what is allowed, and the share that is never mended.
MENDING = {"navsagar": (1.3, 0.2), "meghavan": (0.6, 0.04), "sonpali": (2.2, 0.4), "tarangpur": (1.6, 0.3)}
USUAL = (1.4, 0.25)
DETAILS = {
    "A.5.18": "Accounts of people who left are still open on {}.",
    "A.8.2": "The administrator's password of {} is shared by a shift.",
    "A.8.5": "{} lets people in without a second factor.",
    "A.8.8": "{} runs a version for which no more corrections come.",
    "A.8.9": "A service that nobody needs answers on {}.",
    "A.8.13": "No backup of {} was read back in the last year.",
    "A.8.15": "{} keeps its logs for seven days.",
    "A.8.17": "The clock of {} is eleven minutes slow.",
    "A.8.20": "{} can be reached from the guests' network.",
    "A.8.24": "{} still speaks TLS 1.0.",
    "A.7.2": "The door of the room with {} was found open.",
}
NEVER = np.datetime64("NaT")


def _closed_too_early(cells: Cells) -> None:
    cells.update(closed_on=cells["opened_on"] - timedelta(days=2))


def _due_too_early(cells: Cells) -> None:
    cells.update(due_on=cells["opened_on"] - timedelta(days=1))


def _after_the_list(cells: Cells) -> None:
    cells.update(closed_on=cells["as_of"] + timedelta(days=9))


FAULTS = (
    Fault(("finding_id.pattern",), lower("finding_id")),
    Fault(("severity_known",), put("severity", "P1")),
    Fault(("severity.required",), empty("severity")),
    Fault(("control.pattern",), put("control", "Annex 12")),
    Fault(("opened_on.type",), impossible_date("opened_on")),
    Fault(("due_after_opened",), _due_too_early),
    Fault(("closed_after_opened",), _closed_too_early),
    Fault(("nothing_after_the_list",), _after_the_list),
)


def build(world: World, rng: np.random.Generator) -> Batch:
    """The city's list of findings."""
    count = world.size(70 + world.profile.population / 20_000)
    audit = np.sort(rng.choice(len(AUDITS), count, p=[share for *_, share in AUDITS]))
    audited = AS_OF - np.array([ago for _, ago, _ in AUDITS])[audit]
    opened = audited - rng.integers(0, 12, count)
    severity = pick(rng, SEVERITIES, count)
    allowed = np.array([DUE_DAYS[word] for word in severity])
    control = rng.choice(list(DETAILS), count)
    hosts, owners = _hosts(world, rng), people(rng, 7)
    host, owner = rng.integers(len(hosts), size=count), rng.integers(7, size=count)
    frame = pd.DataFrame(
        {
            "finding_id": [f"AF-{day.astype('M8[Y]')}-{number + 1:03}" for number, day in enumerate(audited)],
            "audit": [AUDITS[which][0] for which in audit],
            "audited_on": audited.astype("M8[s]"),
            "as_of": AS_OF.astype("M8[s]"),
            "control": control,
            "severity": severity,
            "opened_on": opened.astype("M8[s]"),
            "due_on": (opened + allowed).astype("M8[s]"),
            "closed_on": _closed(world, opened, allowed, rng),
            "detail": [DETAILS[word].format(hosts[where]) for word, where in zip(control, host, strict=True)],
            "host": [hosts[where] for where in host],
            "assigned_to": [owners[who].latin for who in owner],
            "email": [f"{owners[who].latin.lower().replace(' ', '.')}@sample.invalid" for who in owner],
        }
    )
    return Batch({f"audit_findings_{AS_OF}": frame}, personal=("host", "assigned_to", "email"))


def correct(cells: Cells) -> Cells:
    """The same finding again, with its due date put off."""
    return cells | {"due_on": cells["due_on"] + timedelta(days=30)}


def _hosts(world: World, rng: np.random.Generator) -> list[str]:
    """Names and addresses of machines."""
    words = ("vms", "nvr", "app", "db", "gis", "vpn", "ad", "wall")
    named = [f"{word}{number:02}.{world.profile.city}.invalid" for word in words for number in (1, 2)]
    return named + [f"10.{rng.integers(20, 250)}.{rng.integers(1, 250)}.{rng.integers(2, 250)}" for _ in range(12)]


def _closed(world: World, opened: np.ndarray, allowed: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """When findings were mended; the list knows nothing of later days."""
    slowness, never = MENDING.get(world.profile.like, USUAL)
    closed = opened + np.maximum(1, allowed * slowness * rng.lognormal(0, 0.6, len(opened))).astype(int)
    mended = (rng.random(len(opened)) >= never) & (closed <= AS_OF)
    return np.where(mended, closed, NEVER).astype("M8[s]")


MAKER = Maker(build, FAULTS, correct)

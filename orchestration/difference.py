"""What changes from one release to another, dataset by dataset, and in which form each goes out."""

import json
from dataclasses import dataclass
from typing import Any

from orchestration.project import Project
from orchestration.store import releases
from orchestration.store.releases import ReleaseFault
from transforms.release.bundle import CATALOG, MANIFEST


@dataclass(frozen=True)
class Change:
    """One dataset in two releases: rows (None where it is not in one), and what kind of change."""

    dataset: str
    form: str
    rows_before: int | None
    rows_after: int | None
    change: str


@dataclass(frozen=True)
class Going:
    """A change with what goes out: the dataset's entry in the release's catalogue.

    So it tells the contract by which it was made, whatever that says today. Of a dataset that is removed nothing goes
    out.
    """

    change: Change
    entry: dict[str, Any] | None


def difference(project: Project, new: str | None, old: str | None) -> list[Change]:
    """The changes of `new` (else the newest release) against `old` (else the current one, if it is another)."""
    after_id, before_id = _pair(project, new, old)
    after = _datasets(project, after_id)
    before = _datasets(project, before_id) if before_id else {}
    return [_change(table, before.get(table), after.get(table)) for table in sorted(before | after)]


def going(project: Project, new: str | None = None, old: str | None = None) -> list[Going]:
    """As `difference`, with what goes out of each dataset; no value from data."""
    after_id, before_id = _pair(project, new, old)
    entries = {entry["table"]: entry for entry in _read(project, after_id, CATALOG)["datasets"]}
    return [Going(change, entries.get(change.dataset)) for change in difference(project, after_id, before_id)]


def _pair(project: Project, new: str | None, old: str | None) -> tuple[str, str | None]:
    """The full ids of the releases to compare; None for the second where there is nothing to compare with."""
    rows = project.ledger.releases()
    if not rows:
        raise ReleaseFault("there is no release yet; pravah run proposes one")
    after = releases.find(project.ledger, new).id if new else str(rows[-1].id)
    before = releases.find(project.ledger, old).id if old else project.ledger.current()
    return after, before if before != after else None


def _datasets(project: Project, release: str) -> dict[str, dict[str, Any]]:
    manifest = _read(project, release, MANIFEST)
    return {part["table"]: {**part, "content": manifest["tables"][part["table"]]} for part in manifest["datasets"]}


def _read(project: Project, release: str, name: str) -> dict[str, Any]:
    """What a release says of itself in one of its two files."""
    try:
        found = json.loads((project.home.releases / release / name).read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    except (OSError, ValueError):
        pass
    fault = f"its {name} is missing or not readable; run pravah release verify"
    raise ReleaseFault(f"release {release[: releases.SHORT]}: {fault}")


def _change(table: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change:
    if before is None or after is None:
        kind = "added" if before is None else "removed"
    elif before["content"] == after["content"]:
        kind = "same"
    else:
        kind = "new contract" if before["contract"] != after["contract"] else "changed"
    some = after or before or {}
    return Change(table, some["form"], before["rows"] if before else None, after["rows"] if after else None, kind)

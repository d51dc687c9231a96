"""What changes from one release to another, dataset by dataset."""

from dataclasses import dataclass
from typing import Any

from orchestration.project import Project
from orchestration.store import releases
from orchestration.store.releases import ReleaseFault
from transforms.release.bundle import read_manifest


@dataclass(frozen=True)
class Change:
    """One dataset in two releases: rows (None where it is not in one), and what kind of change."""

    dataset: str
    form: str
    rows_before: int | None
    rows_after: int | None
    change: str


def difference(project: Project, new: str | None, old: str | None) -> list[Change]:
    """The changes of `new` (else the newest release) against `old` (else the current one, if it is another)."""
    rows = project.ledger.releases()
    if not rows:
        raise ReleaseFault("there is no release yet; pravah run proposes one")
    after_id = releases.find(project.ledger, new) if new else rows[-1].id
    before_id = releases.find(project.ledger, old) if old else project.ledger.current()
    after = _datasets(project, after_id)
    before = _datasets(project, before_id) if before_id and before_id != after_id else {}
    return [_change(table, before.get(table), after.get(table)) for table in sorted(before | after)]


def _datasets(project: Project, release: str) -> dict[str, dict[str, Any]]:
    try:
        manifest = read_manifest(project.home.releases / release)
    except (OSError, ValueError):
        fault = "its manifest is missing or not readable; run pravah release verify"
        raise ReleaseFault(f"release {release[: releases.SHORT]}: {fault}") from None
    return {part["table"]: {**part, "content": manifest["tables"][part["table"]]} for part in manifest["datasets"]}


def _change(table: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change:
    if before is None or after is None:
        kind = "added" if before is None else "removed"
    elif before["content"] == after["content"]:
        kind = "same"
    else:
        kind = "new contract" if before["contract"] != after["contract"] else "changed"
    some = after or before or {}
    return Change(table, some["form"], before["rows"] if before else None, after["rows"] if after else None, kind)

"""How results look in a terminal, and as JSON."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from data_contracts.faults import Fault
from orchestration.run import Progress, Result
from orchestration.status import Line
from orchestration.store.contacts import Contacts
from orchestration.store.findings import Found
from orchestration.store.releases import SHORT, Release
from orchestration.store.sitings import Proposed
from transforms.compiling import Compiled

if TYPE_CHECKING:
    from orchestration.digest import Digest

    # What drafts are made with takes its time to load, and only one command needs it.
    from transforms.drafting.draft import Draft
    from transforms.footage.plan import Outcome, Plan
    from transforms.footage.proposal import Siting
    from transforms.privacy.scan.report import Report

# Away from a terminal nobody folds lines, so no table is squeezed into eighty columns there.
_out = Console(highlight=False, soft_wrap=True, markup=False, width=None if sys.stdout.isatty() else 240)
_err = Console(stderr=True, highlight=False, markup=False)


@contextmanager
def progress() -> Iterator[Progress]:
    """Say on standard error what is being done: one moving line on a terminal, lines elsewhere."""
    if not _err.is_terminal:
        yield lambda text: print(f"… {text}", file=sys.stderr, flush=True)
        return
    with _err.status("starting") as line:
        yield line.update


def _json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False, default=str))


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    table = Table(*columns, box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for index in range(len(columns)):
        if rows and all(isinstance(row[index], int) for row in rows):
            table.columns[index].justify = "right"
    for row in rows:
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
    _out.print(table)


def findings(found: Sequence[dict[str, Any]], as_json: bool) -> None:
    """Personal data found: where and how sure, a line each."""
    if as_json:
        for finding in found:
            _json(finding)
        return
    columns = ["row", "entity", "start", "end", "score"]
    _table(columns, [[*(finding[column] for column in columns[:-1]), f"{finding['score']:.2f}"] for finding in found])


def scanned(report: "Report", as_json: bool) -> None:
    """What a scan found and what it could not search, by artefact."""
    if as_json:
        _json(report.as_json())
        return
    if report.hits:
        _table(["artefact", "entity", "count"], [[hit.artefact, hit.entity, hit.count] for hit in report.hits])
    for failure in report.failed:
        _out.print(f"not searched: {failure.artefact} {failure.reason}")
    if report.clean:
        _out.print(f"nothing found in {report.artefacts:,} artefacts")


def gated(found: Sequence[Found], as_json: bool) -> None:
    """What the privacy gate found, the table's version by its beginning, and what was decided."""
    data = [
        {
            "dataset": one.table,
            "version": one.key,
            "column": one.column,
            "entity": one.entity,
            "rows": one.rows,
            "first": list(one.first),
            "found_by": one.by,
            "state": one.state,
            "reason": one.reason,
            "allowed_by": one.allowed_by,
            "allowed_at": one.allowed_at.isoformat(timespec="seconds") if one.allowed_at else None,
        }
        for one in found
    ]
    if as_json:
        _json(data)
    elif data:
        columns = ["dataset", "version", "column", "entity", "rows", "state", "reason", "allowed_by"]
        rows = [{**row, "version": str(row["version"])[:SHORT]} for row in data]
        _table(columns, [["–" if row[column] is None else row[column] for column in columns] for row in rows])
    else:
        _out.print("nothing found in the newest public tables")


def run(result: Result, release: bool, as_json: bool) -> None:
    """A run's table: rows read, accepted, quarantined, duplicate, public per dataset; then what waits."""
    data = result.as_json()
    if as_json:
        _json(data)
        return
    columns = ["dataset", "city", "rows_read", "accepted", "quarantined", "duplicate", "public"]
    _table(columns, [[row[column] for column in columns] for row in data["datasets"]])
    for row in data["datasets"]:
        if row["held"]:
            _out.print(f"held: {row['dataset']} of {row['city']}: {row['held']}")
    for folder, count in result.strays.items():
        _out.print(f"not taken: {count} files in {folder}; no contract and city of that name, or no right to read")
    if not release:
        return
    if result.stopped:
        _out.print(f"no release: {result.stopped}")
    elif result.release is None:
        _out.print("no release: nothing stands that may be published")
    else:
        back = f'was returned ("{result.returned}"); nothing new is proposed' if result.returned else None
        word = "proposed" if result.new else back or "unchanged"
        _out.print(f"release {result.release[:SHORT]}: {word}")


def status(lines: list[Line], contacts: Contacts, as_json: bool) -> None:
    """Late, failed, held and quarantined, by department, with whom to call."""
    called = [contacts.get((line.city, line.department)) for line in lines]
    if as_json:
        told = [
            {
                "held": [str(holding) for holding in line.held],
                "drift": line.drifted,
                "call": {"name": contact.name, "phone": contact.phone} if contact else None,
            }
            for line, contact in zip(lines, called, strict=True)
        ]
        _json([{**asdict(line), **more} for line, more in zip(lines, told, strict=True)])
        return
    open_lines = [(line, contact) for line, contact in zip(lines, called, strict=True) if not line.fine]
    if not open_lines:
        _out.print(f"nothing waits; {len(lines)} datasets are on time")
        return
    columns = ["department", "dataset", "city", "days late", "quarantined", "failed or held", "call"]
    rows = [
        (
            line.department, line.dataset, line.city, "" if line.late_days is None else str(line.late_days),
            line.quarantined, "; ".join(line.waiting),
            " ".join(filter(None, [contact.name, contact.phone])) if contact else "",
        )
        for line, contact in open_lines
    ]  # fmt: skip
    _table(columns, rows)


def digest(one: "Digest", sent: bool, faults: list[str]) -> None:
    """A digest as it is sent, or what became of sending it."""
    place = f"{one.department} of {one.city}"
    if not sent:
        _out.print(f"{place}: {one.contact.name if one.contact else 'nobody is named in contacts.yaml'}")
        _out.print(f"{one.subject}\n\n{one.body}\n")
    elif faults:
        _out.print(f"{place}: not sent: {'; '.join(faults)}")
    else:
        _out.print(f"{place}: sent")


def records(items: Sequence[Any], as_json: bool) -> None:
    """A list of dataclasses of one kind as a table."""
    rows([asdict(item) for item in items], as_json)


def rows(items: Sequence[dict[str, Any]], as_json: bool) -> None:
    """A list of rows with the same names as a table."""
    if as_json:
        _json(items)
    elif items:
        _table(list(items[0]), [list(item.values()) for item in items])
    else:
        _out.print("none")


def explained(found: dict[str, Any], as_json: bool) -> None:
    """Why a city's requests were met or not."""
    if as_json:
        _json(found)
        return
    _out.print(f"{found['city']}: {found['met']:,} of {found['matured']:,} matured requests met, {_rate(found)}")
    if found["rate_b"] is not None:
        _out.print(f"footage was provided for {found['rate_b']:.1%} of all registered crimes")
    _table(
        ["cause", "requests", "share of the lost"],
        [[*list(one.values())[:2], f"{one['shapley']:,.1f}"] for one in found["causes"]],
    )
    if found["stated"]["share"] is not None:
        _out.print(f"of the reasons that the desk states, {found['stated']['share']:.0%} are what the evidence says")
    for group in found.get("groups", []):
        _out.print(f"{group['group']}: {group['met']:,} of {group['matured']:,}, {_rate(group)}")
    if found["missing"]:
        _out.print(f"not sent, so no cause is known: {', '.join(found['missing'])}")


def _rate(found: dict[str, Any]) -> str:
    if found["rate_a"] is None:
        return "no rate"
    return f"{found['rate_a']:.1%} ({found['low']:.1%} to {found['high']:.1%})"


def scored(found: dict[str, Any], as_json: bool) -> None:
    """A city's scores in a round, then every indicator."""
    if as_json:
        _json(found)
        return
    state = "as it was frozen" if found["frozen"] else "as it stands today"
    _out.print(f"{found['city']}: level {found['level']} in round {found['round']}, {state}")
    _table(
        ["strict", "evidence", "reported", "gap", "coverage", "share of evidence"],
        [[_pct(found[name]) for name in ("strict", "evidence", "reported", "gap", "coverage", "evidence_share")]],
    )
    if found["held_by"]:
        _out.print(f"held back from the next level by {found['held_by']}")
    _table(
        ["indicator", "class", "value", "n", "points"],
        [
            [one["id"], one["class"], _or_dash(one["value"]), _or_dash(one["n"]), _or_dash(one["points"])]
            for one in found["indicators"]
        ],
    )
    _out.print(f"rubric {found['rubric'][:12]}: our own framework, aligned with the ministry's and not equal to it")


def _pct(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} %"


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:,.6g}"


def verified(breaks: Sequence[dict[str, Any]], days: Sequence[date], published: int, as_json: bool) -> None:
    """Where a custody log was changed, and the days that are not as they were published."""
    if as_json:
        _json({"breaks": breaks, "days": days, "published": published})
        return
    rows(breaks, False)
    for day in days:
        _out.print(f"{day}: events are gone, changed or new since its head was published")
    _out.print(f"{published:,} days were held against their published heads")


def sited(city: str, plan: "Siting", as_json: bool) -> None:
    """Where cameras would be of use; its alternatives stand before it."""
    if as_json:
        _json({"city": city, **plan.as_json()})
        return
    told = plan.as_json()
    _out.print(f"{city}: restricted. Not to be used without a named approver and a written impact note.")
    _table(
        ["alternative", "repaired", "placed", "turned", "requests in view", "people newly watched"],
        [[*list(one.values())[:4], f"{one['covered']:,.0f}", one["newly_watched"]] for one in told["alternatives"]],
    )
    _table(["site", "lat", "lon", "azimuth"], [list(one.values()) for one in told["sites"]])
    _out.print(f"at most {plan.gap:.1%} from the best choice")
    _out.print(f"warnings: {', '.join(plan.warnings)}")


def kept_sitings(plans: Sequence[Proposed], as_json: bool) -> None:
    """Plans for cameras by the beginning of their number, and who stands for them; no positions."""
    data = [
        {
            "plan": one.key,
            "city": one.city,
            "cameras": one.cameras,
            "floor": one.floor,
            "proposed_by": one.proposed_by,
            "proposed_at": one.proposed_at.isoformat(timespec="seconds"),
            "approved_by": one.approved_by,
            "approved_at": one.approved_at.isoformat(timespec="seconds") if one.approved_at else None,
            "impact_note": one.impact_note,
            "returned_by": one.returned_by,
            "returned_at": one.returned_at.isoformat(timespec="seconds") if one.returned_at else None,
            "remark": one.remark,
        }
        for one in plans
    ]
    if as_json:
        _json(data)
    elif data:
        columns = ["plan", "cameras", "floor", "proposed_by", "proposed_at", "approved_by", "returned_by"]
        rows = [{**row, "plan": str(row["plan"])[:SHORT]} for row in data]
        _table(columns, [["–" if row[column] is None else row[column] for column in columns] for row in rows])
    else:
        _out.print("no plan for cameras was put forward")


def planned(city: str, plan: "Plan", alone: Sequence["Outcome"], as_json: bool) -> None:
    """The cheapest way to a target, and what each lever does alone."""
    if as_json:
        _json({"city": city, **plan.as_json(), "alone": [outcome.as_json() for outcome in alone]})
        return
    told, now = plan.chosen, plan.now
    found = "" if plan.reachable else f"{plan.target:.0%} is not reachable by the levers; the best is:\n"
    _out.print(f"{city}: {now:.1%} of the matured requests were met")
    _out.print(
        f"{found}{told.rate:.1%} ({told.low:.1%} to {told.high:.1%}) for {told.cost_inr:,.0f} rupees a year with"
    )
    _table(["lever", "setting"], [[one["lever"], one["value"]] for one in told.as_json()["levers"]])
    _out.print("each lever alone:")
    _table(
        ["lever", "setting", "rate", "more met", "rupees a year", "rupees for each"],
        [
            [
                *(f"{value}" for one in outcome.as_json()["levers"] for value in one.values()),
                f"{outcome.rate:.1%}",
                outcome.extra,
                f"{outcome.cost_inr:,.0f}",
                "–" if outcome.each_inr is None else f"{outcome.each_inr:,.0f}",
            ]
            for outcome in alone
        ],
    )
    _out.print("assumed: the same requests again; prices are assumptions in the city's file")


def trial(result: dict[str, Any], as_json: bool) -> None:
    """A dry run of one file."""
    if as_json:
        _json(result)
        return
    columns = ["dataset", "city", "rows_read", "accepted", "quarantined", "duplicate"]
    _table(columns, [[result[column] for column in columns]])
    for rule, count in result["reasons"].items():
        _out.print(f"{count:,} rows break {rule}")
    for rule, count in result["warnings"].items():
        _out.print(f"{count:,} rows are warned by {rule}")
    for place in result["unknown"]:
        _out.print(f"{place}: header.unknown: the contract names no such column; it is left out")
    for repair, count in result["repaired"].items():
        _out.print(f"{count:,} cells changed by {repair}")
    if result["held"]:
        _out.print(f"held: {result['held']}")


def draft(made: "Draft") -> None:
    """The draft's text; apart from it what looks like personal data, and how much is left to decide."""
    sys.stdout.write(made.yaml)
    for finding in made.findings:
        _err.print(f"may be personal: column {finding.column}: {finding.told}")
    _err.print(f"{made.todos} TODO are left to decide")


def contracts(compiled: list[Compiled], faults: list[Fault], as_json: bool) -> None:
    """The faults, or what the contracts compile to."""
    if as_json:
        data = [{**asdict(fault), "file": str(fault.file)} for fault in faults]
        _json({"faults": data, "compiled": [asdict(one) for one in compiled]})
        return
    for fault in faults:
        _out.print(str(fault))
    rows = [(one.table, len(one.row_rules), len(one.expectations), ", ".join(one.by_sql) or "–") for one in compiled]
    if rows:
        _table(["contract", "row rules", "table rules", "run by SQL, as Great Expectations has no word"], rows)
    _out.print(f"{len(faults)} faults" if faults else "no faults")


def releases(found: list[Release], as_json: bool) -> None:
    """Releases with who proposed, who approved, who returned and why."""
    data = [
        {
            "release": release.id,
            "state": release.state,
            "proposed_by": release.proposed_by,
            "proposed_at": release.proposed_at.isoformat(timespec="seconds"),
            "approved_by": release.approved_by,
            "returned_by": release.returned_by,
            "remark": release.remark,
        }
        for release in found
    ]
    if as_json:
        _json(data)
    elif data:
        shown = [column for column in data[0] if any(row[column] for row in data) or column == "approved_by"]
        rows = [{**row, "release": str(row["release"])[:SHORT]} for row in data]
        _table(shown, [[row[column] or "–" for column in shown] for row in rows])
    else:
        _out.print("no release yet; pravah run proposes one")

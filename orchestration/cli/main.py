"""The commands, one function each; the work is done elsewhere."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import duckdb
import typer

from data_contracts import catalogue
from data_contracts.catalogue import SUFFIX
from data_contracts.faults import ContractFaults
from orchestration.backup import BackupFault
from orchestration.cli import backup, detect, doors, footage, gate, scan, score, show, zone
from orchestration.cli.usage import As, UsageFault, acting
from orchestration.deciding import decide
from orchestration.gate import GateFault
from orchestration.project import Project, Settings
from orchestration.purge import PurgeFault
from orchestration.serving import ServingFault
from orchestration.store.audit import AuditFault
from orchestration.store.contacts import ContactFault
from orchestration.store.home import HomeBusy
from orchestration.store.keys import KeyFault
from orchestration.store.landing import ObjectFault
from orchestration.store.ledger import LedgerFault
from orchestration.store.releases import SHORT, ReleaseFault, find, listed, proposed
from orchestration.store.reviews import ReviewFault
from orchestration.store.staff import StaffFault
from transforms.drafting.guess import DraftFault
from transforms.footage.fault import FootageFault
from transforms.maturity.fault import MaturityFault

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
contracts = typer.Typer(no_args_is_help=True, help="The contracts: every fault, with file, line and remedy.")
release = typer.Typer(no_args_is_help=True, help="Releases: compare, approve, return, roll back, verify.")
app.add_typer(contracts, name="contracts")
app.add_typer(release, name="release")
audit = typer.Typer(no_args_is_help=True, help="The audit log: who did what, in a chain that shows any change.")
app.add_typer(audit, name="audit")

app.add_typer(footage.footage, name="footage")
app.add_typer(gate.gate, name="gate")
app.add_typer(score.score, name="score")
app.add_typer(zone.keys, name="keys")

release.command("scan")(scan.again)

app.command()(backup.backup)
app.command()(backup.restore)
app.command()(detect.detect)
app.command()(scan.scan)
app.command()(doors.serve)
app.command()(doors.staff)
app.command()(doors.up)
app.command()(zone.purge)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
City = Annotated[str | None, typer.Option(help="Only this city.")]
DatasetName = Annotated[str | None, typer.Option(help="Only this dataset, as department__dataset or dataset.")]
Cities = Annotated[list[str] | None, typer.Option("--city", help="Only this city; may come again.")]
DatasetNames = Annotated[list[str] | None, typer.Option("--dataset", help="Only this dataset; may come again.")]


@app.callback()
def _pravah() -> None:
    """Pravah: what a city's command centre knows, checked, stripped of personal data, made public."""


@app.command()
def sample(
    scale: Annotated[
        Literal["small", "five", "mission"], typer.Option(help="A tenth of the rows, all, or 100 cities.")
    ] = "five",
    seed: Annotated[int, typer.Option(help="Another seed, other data.")] = 7,
    city: Cities = None,
    dataset: Annotated[
        list[str] | None, typer.Option(help="Only this dataset, made from its contract alone if need be.")
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="Where to write what was planted (for tests).")] = None,
    review: Annotated[Path | None, typer.Option(help="Fill this reviewer's sheet instead.")] = None,
) -> None:
    """Write the fictional sample cities' files into the inbox, and two sample identities for the staff app."""
    from orchestration.sample import NotMade, fill_sheet, write_contracts, write_sample, write_staff

    if review:
        typer.echo(f"{fill_sheet(review, seed)} made-up decisions in {review}")
        return

    project, known = _open(), None
    if truth and truth.resolve().is_relative_to(project.home.root.resolve()):
        raise UsageFault("--truth: lies inside PRAVAH_HOME, where the pipeline reads; name a folder outside it")
    if scale == "mission":
        known = project.home.root / "contracts"
        write_contracts(seed, Settings.read().contracts, known)
        project = Project(project.home, catalogue.load(known), project.ledger)
    cities = [_city(project, name) for name in city or []]
    tables = [_table(project, name) for name in dataset or []]
    try:
        written = write_sample(project.home.inbox, seed, truth, scale, cities, tables, project.catalogue)
    except NotMade as fault:
        raise UsageFault(str(fault)) from None
    typer.echo(f"{len(written)} files of fictional sample data in {project.home.inbox}")
    if known:
        typer.echo(f"its cities are described beside the inbox; from now on set PRAVAH_CONTRACTS={known}")
    if write_staff(project.staff.file):
        typer.echo(f"two sample identities in {project.staff.file}")


@app.command()
def run(
    city: Cities = None,
    dataset: DatasetNames = None,
    no_release: Annotated[bool, typer.Option(help="Stop before the release.")] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Receive, check, publish, propose a release; exit 1 where something waits for a person."""
    from orchestration.run import run as work

    project = _open()
    cities = [_city(project, name) for name in city or []]
    datasets = [_table(project, name) for name in dataset or []]
    with show.progress() as progress:
        result = work(project, acting(who), cities, datasets, not no_release, progress)
    show.run(result, not no_release, as_json)
    raise typer.Exit(1 if result.broken else 0)


@app.command()
def status(as_json: Json = False) -> None:
    """What is late, failed, held or quarantined now, by department."""
    from orchestration.status import status as lines
    from orchestration.store.contacts import contacts

    project = _open()
    called = contacts(project.home.root, project.catalogue.cities, project.catalogue.departments)
    show.status(lines(project), called, as_json)


@app.command()
def digest(
    send: Annotated[bool, typer.Option("--send", help="Send them; else they are only shown.")] = False,
    who: As = None,
) -> None:
    """What each department is told of its data, in two languages; sent to the contacts only with --send."""
    from orchestration.digest import Mailbox, digests
    from orchestration.digest import send as send_one

    project, settings = _open(), Settings.read()
    mailbox = Mailbox(settings.smtp, settings.sender) if settings.smtp else None
    failed = False
    for one in digests(project):
        faults = send_one(project, one, mailbox, acting(who)) if send else []
        failed |= bool(faults)
        show.digest(one, send, faults)
    raise typer.Exit(1 if failed else 0)


@app.command()
def quarantine(city: City = None, dataset: DatasetName = None, as_json: Json = False) -> None:
    """The rows in quarantine, by delivery, row and rule; never a value."""
    from orchestration.quarantine import waiting

    project = _open()
    table = _table(project, dataset) if dataset else None
    show.records(waiting(project, _city(project, city) if city else None, [table] if table else []), as_json)


@app.command()
def read(
    contract: Annotated[Path, typer.Argument(help="The contract's file.")],
    file: Annotated[Path, typer.Argument(help="A file as the department sends it.")],
    city: Annotated[str, typer.Option(help="The city it is from.")],
    as_json: Json = False,
) -> None:
    """Try one file against a contract: counts and reasons by rule, no values; nothing is kept."""
    from orchestration.trial import try_file

    project = _open()
    if not file.is_file():
        raise UsageFault(f"{file}: no such file; name a file as the department sends it")
    chosen = next((d for d in project.catalogue.datasets.values() if d.file.resolve() == contract.resolve()), None)
    if chosen is None:
        raise UsageFault(f"{contract}: is not among the contracts of {Settings.read().contracts}; set PRAVAH_CONTRACTS")
    trial = try_file(project, chosen, file, _city(project, city))
    show.trial(trial, as_json)
    raise typer.Exit(1 if trial["held"] else 0)


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="A file as the department sends it.")],
    department: Annotated[str | None, typer.Option(help="The department it is from.")] = None,
    name: Annotated[str | None, typer.Option(help="The dataset's name; else the file's.")] = None,
) -> None:
    """A draft contract from a sample file, with evidence for each guess and a TODO where a person decides."""
    from transforms.drafting.draft import draft as make

    if not file.is_file():
        raise UsageFault(f"{file}: no such file; name a file as the department sends it")
    loaded, _ = catalogue.read(Settings.read().contracts)
    show.draft(make(file, department, name, loaded))


@contracts.command("check")
def contracts_check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Contract files or folders.")] = None,
    as_json: Json = False,
) -> None:
    """Every fault of every contract; exit 1 where there is one."""
    from transforms.compiling import compile_contract, compile_rubric

    root = Settings.read().contracts
    for path in paths or []:
        if not path.exists():
            raise UsageFault(f"{path}: no such file or folder")
    loaded, faults = catalogue.read(root)
    files = set(catalogue.contract_files(path.absolute() for path in paths)) if paths else None
    if files is not None:
        outside = sorted(files - set(catalogue.contract_files([root])))
        extra, more = catalogue.read(root, outside)
        loaded.datasets.update(extra.datasets)
        loaded.marts.update(extra.marts)
        faults = [fault for fault in {*faults, *more} if fault.file in files]
    compiled = []
    for dataset in loaded.tables.values():
        if files is None or dataset.file in files:
            done, found = compile_contract(dataset, loaded.tables)
            faults += found
            compiled += [done] if done else []
    if files is None and loaded.rubric:
        faults += compile_rubric(loaded.rubric, loaded)
    if files is not None and not files:
        raise UsageFault(f"no file ending in {SUFFIX} there")
    show.contracts(compiled, sorted(set(faults)), as_json)
    raise typer.Exit(1 if faults else 0)


@release.command("list")
def release_list(as_json: Json = False) -> None:
    """All releases, newest first."""
    show.releases(listed(_open().ledger), as_json)


@release.command("diff")
def release_diff(
    new: Annotated[str | None, typer.Argument(help="A release; else the newest.")] = None,
    old: Annotated[str | None, typer.Argument(help="Compared with; else the current one.")] = None,
    as_json: Json = False,
) -> None:
    """What changes from one release to another."""
    from orchestration.difference import difference

    show.records(difference(_open(), new, old), as_json)


@release.command("approve")
def release_approve(
    name: Annotated[
        str | None, typer.Argument(help="The release, or the beginning of its id; else the newest.")
    ] = None,
    who: As = None,
) -> None:
    """Let a proposed release out; the one who proposed it may not."""
    project = _open()
    if name is None:
        # After a crash CURRENT may lag behind an approval; writing brings it in line.
        with project.writing():
            waiting = proposed(project.ledger)
        if waiting is None:
            typer.echo("no release waits for approval")
            return
        name = waiting.id
    done = decide(project, acting(who), "approve", name)
    typer.echo(f"release {done[:SHORT]} is current")


@release.command("return")
def release_return(
    name: Annotated[str, typer.Argument(help="A proposed release, or the beginning of its id.")],
    remark: Annotated[str, typer.Option(help="What has to be mended; one paragraph.")],
    who: As = None,
) -> None:
    """Send a proposed release back with a remark; it cannot be approved any more."""
    done = decide(_open(), acting(who), "return", name, remark)
    typer.echo(f"release {done[:SHORT]} is returned")


@release.command("rollback")
def release_rollback(name: Annotated[str, typer.Argument(help="An earlier approved release.")], who: As = None) -> None:
    """Return to an earlier release."""
    done = decide(_open(), acting(who), "rollback", name)
    typer.echo(f"release {done[:SHORT]} is current again")


@release.command("verify")
def release_verify(
    name: Annotated[str | None, typer.Argument(help="A release; else the current one.")] = None,
) -> None:
    """Compare a release's files and tables with its manifest; exit 1 where one differs."""
    from transforms.release.bundle import verify_bundle

    project = _open()
    current = project.ledger.current()
    if name is None and current is None:
        raise ReleaseFault("no release is current yet; name one, or approve one")
    chosen = find(project.ledger, name or str(current)).id
    faults = verify_bundle(project.home.releases / chosen, project.home.aside)
    for fault in faults:
        typer.echo(f"release {chosen[:SHORT]}: {fault}")
    if not faults:
        typer.echo(f"release {chosen[:SHORT]}: all files and tables are as the manifest says")
    raise typer.Exit(1 if faults else 0)


@audit.command("list")
def audit_list(as_json: Json = False) -> None:
    """Every entry that is kept, oldest first."""
    show.records(_open().audit.entries(), as_json)


@audit.command("verify")
def audit_verify() -> None:
    """Check the chain; exit 1 with the first altered entry."""
    typer.echo(f"audit log: {_open().audit.verify()} entries, none altered")


@audit.command("purge")
def audit_purge(
    before: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Remove what is older (UTC).")],
    who: As = None,
) -> None:
    """Remove entries older than a date; refused for the last 365 days."""
    gone = _open().audit.purge(before.replace(tzinfo=UTC), acting(who))
    typer.echo(f"audit log: {gone} entries removed")


def _open() -> Project:
    return Project.open(Settings.read())


def _city(project: Project, name: str) -> str:
    if name not in project.catalogue.cities:
        raise UsageFault(f"--city: no such city; known are {', '.join(sorted(project.catalogue.cities))}")
    return name


def _table(project: Project, name: str) -> str:
    tables = project.catalogue.datasets
    found = [table for table in tables if name in (table, tables[table].name)]
    if len(found) != 1:
        raise UsageFault(f"--dataset: not one dataset of that name; known are {', '.join(sorted(tables))}")
    return found[0]


USER_FAULTS = (
    AuditFault, BackupFault, ContactFault, DraftFault, FootageFault, GateFault, HomeBusy, KeyFault, LedgerFault,
    MaturityFault, ObjectFault, PurgeFault, ReleaseFault, ReviewFault, ServingFault, StaffFault,
)  # fmt: skip


def main() -> None:
    """Run the command line: 0 done, 1 something waits or failed, 2 bad usage; a fault is one line."""
    try:
        app()
    except ContractFaults as faults:
        for fault in faults.faults:
            typer.echo(str(fault), err=True)
        sys.exit(1)
    except UsageFault as fault:
        typer.echo(f"pravah: {fault}", err=True)
        sys.exit(2)
    except USER_FAULTS as fault:
        typer.echo(f"pravah: {fault}", err=True)
        sys.exit(1)
    except duckdb.IOException:
        typer.echo("pravah: a file of the store is missing or damaged; restore it from a backup", err=True)
        sys.exit(1)
    except OSError as error:
        place = error.filename or "a file"
        typer.echo(
            f"pravah: {place}: {error.strerror or type(error).__name__}; check the disk and its rights",
            err=True,
        )
        sys.exit(1)

"""A job per department, a schedule per department and city, a sensor per department on the inbox."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from data_contracts.catalogue import Catalogue
from orchestration.connectors.inbox import arrivals
from orchestration.defs.assets import asset_key, cities
from orchestration.defs.schedules import ZONE, ScheduleFault
from orchestration.digest import Mailbox, digests, send
from orchestration.gate import LIST
from orchestration.project import Project, Settings, digest
from orchestration.scanning import again

EVERY_SECONDS = 30


def department_job(department: str, catalogue: Catalogue) -> Any:
    """All datasets of a department, for one city a run; in one process, as a step of another costs seconds."""
    return dg.define_asset_job(
        department,
        selection=dg.AssetSelection.groups(department),
        partitions_def=cities(catalogue),
        executor_def=dg.in_process_executor,
        description=f"All datasets of {department}, for one city.",
    )


def city_schedule(department: str, city: str, cron: str) -> dg.ScheduleDefinition:
    """The schedule of a department in a city; raises ScheduleFault for a line that is no cron."""

    def request(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        return dg.RunRequest(partition_key=city)

    try:
        return dg.ScheduleDefinition(
            name=f"{department}__{city}".replace("-", "_"),
            job_name=department,
            cron_schedule=cron,
            execution_timezone=ZONE,
            execution_fn=request,
            default_status=dg.DefaultScheduleStatus.RUNNING,
        )
    except dg.DagsterInvalidDefinitionError:
        raise ScheduleFault(f"schedule of {department} in {city}: {cron!r} is no cron line of five fields") from None


@dg.op(description="Tells each department that has something to do what it is.")
def send_digests(context: dg.OpExecutionContext) -> None:
    """Counts and rules, to the contacts of the installation; what could not be sent fails the run, once."""
    settings = Settings.read()
    project, failed = Project.open(settings), 0
    mailbox = Mailbox(settings.smtp, settings.sender) if settings.smtp else None
    for one in digests(project):
        for fault in send(project, one, mailbox, settings.who or "dagster"):
            context.log.warning(f"{one.department} of {one.city}: {fault}")
            failed += 1
    if failed:
        raise dg.Failure(f"{failed} digests were not sent; the run's log says which")


@dg.job(description="The digest of every department.", executor_def=dg.in_process_executor)
def digest_job() -> None:
    """Every digest."""
    send_digests()


def digest_schedule() -> dg.ScheduleDefinition:
    """Monday morning, if somebody starts the schedule: nothing is sent to anybody before."""
    return dg.ScheduleDefinition(
        name="digests",
        job=digest_job,
        cron_schedule="0 8 * * 1",
        execution_timezone=ZONE,
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )


@dg.op(description="Scans the files of the current release once more, as what is recognised grows.")
def scan_published(context: dg.OpExecutionContext) -> None:
    """Counts and places, never a value; anything found fails the run, once, and waits for an officer."""
    settings = Settings.read()
    project = Project.open(settings)
    if project.ledger.current() is None:
        context.log.info("no release is current yet")
        return
    found = again(project, settings.who or "dagster")
    for one in found:
        context.log.warning(f"{one.table}: {one}")
    if found:
        raise dg.Failure(f"{len(found)} findings in what is public; see {LIST}, and roll back where they are true")


@dg.job(description="The second scan of what is published.", executor_def=dg.in_process_executor)
def second_scan_job() -> None:
    """One scan."""
    scan_published()


def second_scan_schedule() -> dg.ScheduleDefinition:
    """The night before Monday."""
    return dg.ScheduleDefinition(
        name="second_scan",
        job=second_scan_job,
        cron_schedule="30 3 * * 1",
        execution_timezone=ZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def inbox_sensor(department: str, catalogue: Catalogue) -> dg.SensorDefinition:
    """Runs what has arrived. One a department, so that a flood at one door holds up no other."""

    @dg.sensor(
        name=f"{department}__inbox",
        job_name=department,
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Files in inbox/<city>/{department}/.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        settings = Settings.read()
        if not (settings.home / "inbox").is_dir():
            yield dg.SkipReason("there is no inbox yet; pravah sample or the first delivery makes it")
            return
        project = Project.open(settings)
        yield from _requests(project, department, catalogue)

    return sensor


def _requests(project: Project, department: str, catalogue: Catalogue) -> Iterator[dg.RunRequest]:
    """A run for each dataset and city with new files; the key changes only when another file arrives."""
    seen = project.ledger.seen()
    new: dict[tuple[str, str], list[str]] = {}
    for arrival in arrivals(project.home.inbox, catalogue)[0]:
        if catalogue.datasets[arrival.table].department == department:
            stat = arrival.file.stat()
            known = (arrival.path, stat.st_size, stat.st_mtime_ns)
            if known not in seen:
                new.setdefault((arrival.table, arrival.city), []).append(digest(*known))
    for (table, city), marks in new.items():
        key = asset_key(catalogue.datasets[table])
        yield dg.RunRequest(run_key=digest(*marks), partition_key=city, asset_selection=[key])

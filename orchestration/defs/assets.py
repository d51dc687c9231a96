"""An asset per contract, a partition per city; the release after them all."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from data_contracts.catalogue import Catalogue
from data_contracts.dataset import Dataset
from orchestration.project import Project, Settings
from orchestration.run import run
from orchestration.status import status
from orchestration.tables import State

RELEASE = dg.AssetKey(["release"])
WHO = "dagster"
# Departments' runs start together at the full hour; only one writes at a time.
WAIT_SECONDS = 1800


def asset_key(dataset: Dataset) -> dg.AssetKey:
    """The key of a dataset's asset: department, dataset."""
    return dg.AssetKey([dataset.department, dataset.name])


def who() -> str:
    """In whose name Dagster acts: PRAVAH_AS, else its own."""
    return Settings.read().who or WHO


def dataset_asset(dataset: Dataset, catalogue: Catalogue) -> dg.AssetsDefinition:
    """The asset of one dataset. A held delivery fails its blocking check; nothing after it runs then."""
    key = asset_key(dataset)

    @dg.asset(
        key=key,
        partitions_def=cities(catalogue),
        group_name=dataset.department,
        deps=[asset_key(catalogue.datasets[table]) for table in dataset.requires],
        description=f"{dataset.title}. {dataset.description}".strip(),
        kinds={"duckdb", "parquet"},
        metadata={"contract": dataset.file.name, "publication": dataset.publication.form},
        check_specs=[
            dg.AssetCheckSpec("arrived", asset=key, description="A delivery has come."),
            dg.AssetCheckSpec("stands", asset=key, blocking=True, description="No delivery is held."),
            dg.AssetCheckSpec("quarantine", asset=key, description="No row waits in quarantine."),
        ],
        freshness_policy=_freshness(dataset),
        # One retry for each failure; what stays broken stands in the list of `nothing_waits`, it is not tried on.
        retry_policy=dg.RetryPolicy(max_retries=1, delay=20),
    )
    def asset(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        project = Project.open(Settings.read())
        only: dict[str, Any] = {"cities": [context.partition_key], "datasets": [dataset.table], "release": False}
        result = run(project, who(), **only, progress=context.log.info, wait=WAIT_SECONDS)
        state = result.states[0] if result.states else State(dataset.table, context.partition_key)
        if state.failed:
            raise dg.Failure(state.failed)
        arrived = bool(project.ledger.deliveries(dataset.table, context.partition_key))
        return dg.MaterializeResult(
            metadata=_counts(state) | _links(dataset), check_results=_checks(key, state, arrived)
        )

    return asset


def cities(catalogue: Catalogue) -> dg.StaticPartitionsDefinition:
    """A partition per city."""
    return dg.StaticPartitionsDefinition(sorted(catalogue.cities))


def _freshness(dataset: Dataset) -> dg.FreshnessPolicy | None:
    """Late after the contract's frequency and latency; a warning once the frequency is over."""
    if dataset.sla.frequency_days is None:
        return None
    due = timedelta(days=dataset.sla.frequency_days)
    late = due + timedelta(days=dataset.sla.latency_days or 0)
    return dg.FreshnessPolicy.time_window(fail_window=late, warn_window=due if due < late else None)


def _counts(state: State) -> dict[str, Any]:
    return {
        "rows read": state.rows_read,
        "accepted": state.accepted,
        "quarantined": state.quarantined,
        "duplicate": state.duplicate,
        "rules broken": {"rows by rule": state.broken} if state.broken else "none",
        "drift": {"by rule": dict(Counter(one.rule for one in state.drift))} if state.drift else "none",
        "repaired": {"cells by repair": state.repaired} if state.repaired else "none",
    }


def _links(dataset: Dataset) -> dict[str, Any]:
    """Where a person goes on from here: what the public sees, and what waits."""
    settings = Settings.read()
    monday = {"what waits": dg.MetadataValue.url(f"{settings.staff}/")}
    if dataset.publication.form == "none":
        return monday
    return {"public page": dg.MetadataValue.url(f"{settings.portal}/datasets/{dataset.slug}"), **monday}


def _checks(key: dg.AssetKey, state: State, arrived: bool) -> list[dg.AssetCheckResult]:
    """Counts and rules only; a reason names the file, its place and the rule, never a value."""
    warn = dg.AssetCheckSeverity.WARN
    reasons = [str(holding) for holding in state.held]
    return [
        dg.AssetCheckResult(check_name="arrived", asset_key=key, passed=arrived, severity=warn),
        dg.AssetCheckResult(
            check_name="stands",
            asset_key=key,
            passed=not reasons,
            metadata={f"held {number}": reason for number, reason in enumerate(reasons, start=1)},
        ),
        dg.AssetCheckResult(
            check_name="quarantine",
            asset_key=key,
            passed=not state.quarantined,
            severity=warn,
            metadata={"rows": state.quarantined},
        ),
    ]


def release_asset(catalogue: Catalogue) -> dg.AssetsDefinition:
    """The proposal of a release, made when something it is made of has changed."""
    updated = dg.AutomationCondition.any_deps_updated().since(
        dg.AutomationCondition.newly_requested() | dg.AutomationCondition.newly_updated()
    )

    @dg.asset(
        key=RELEASE,
        group_name="release",
        deps=[asset_key(d) for d in catalogue.datasets.values() if d.publication.form != "none"],
        description="A release of all public tables, proposed; a person approves it.",
        automation_condition=updated & ~dg.AutomationCondition.in_progress(),
        kinds={"duckdb", "csv"},
        retry_policy=dg.RetryPolicy(max_retries=1, delay=20),
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        result = run(Project.open(Settings.read()), who(), progress=context.log.info, wait=WAIT_SECONDS)
        if result.stopped:
            raise dg.Failure(result.stopped)
        public = sum(result.public.values())
        return dg.MaterializeResult(
            metadata={
                "release": result.release or "none",
                "new": result.new,
                "public rows": public,
                "release desk": dg.MetadataValue.url(f"{Settings.read().staff}/releases"),
            }
        )

    return release


@dg.asset_check(asset=RELEASE, description="The standing list of what is late, failed, held or quarantined.")
def nothing_waits() -> dg.AssetCheckResult:
    """What is broken now, whatever ran last."""
    lines = [line for line in status(Project.open(Settings.read())) if not line.fine]
    return dg.AssetCheckResult(
        passed=not lines,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={f"{line.department} {line.dataset} {line.city}": "; ".join(_said(line)) for line in lines},
    )


def _said(line: Any) -> Iterator[str]:
    if line.late_days is not None:
        yield f"{line.late_days} days late"
    if line.quarantined:
        yield f"{line.quarantined} rows in quarantine"
    yield from line.waiting

"""Dagster's entry: everything it knows is made from the contracts by one factory."""

import dagster as dg

from data_contracts import catalogue
from data_contracts.catalogue import Catalogue
from orchestration.defs.assets import dataset_asset, nothing_waits, release_asset
from orchestration.defs.jobs import (
    city_schedule,
    department_job,
    digest_job,
    digest_schedule,
    inbox_sensor,
    second_scan_job,
    second_scan_schedule,
)
from orchestration.defs.schedules import crons
from orchestration.project import Settings


def definitions(contracts: Catalogue, settings: Settings) -> dg.Definitions:
    """All definitions over a set of contracts. Raises ScheduleFault for a wrong schedule file."""
    departments = sorted({dataset.department for dataset in contracts.datasets.values()})
    lines = crons(contracts, settings.home)
    return dg.Definitions(
        assets=[
            *(dataset_asset(dataset, contracts) for dataset in contracts.datasets.values()),
            release_asset(contracts),
        ],
        asset_checks=[nothing_waits],
        jobs=[*(department_job(department, contracts) for department in departments), digest_job, second_scan_job],
        schedules=[
            *(city_schedule(department, city, cron) for (department, city), cron in lines.items()),
            digest_schedule(),
            second_scan_schedule(),
        ],
        sensors=[
            *(inbox_sensor(department, contracts) for department in departments),
            dg.AutomationConditionSensorDefinition(
                "release__automation",
                target=dg.AssetSelection.groups("release"),
                default_status=dg.DefaultSensorStatus.RUNNING,
            ),
        ],
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of this installation."""
    settings = Settings.read()
    return definitions(catalogue.load(settings.contracts), settings)

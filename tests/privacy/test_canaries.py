"""Values planted in every field of every department are found nowhere outside the restricted zone."""

from collections import Counter
from pathlib import Path

from data_contracts import catalogue
from tests.privacy.aviary import CITY, Aviary
from tests.privacy.canaries import WRITINGS
from tests.privacy.planting import FORMS, secret

LEAST, KINDS = 500, 20


def test_there_are_canaries_of_all_kinds_in_every_dataset_and_every_writing(aviary: Aviary) -> None:
    planted = aviary.flock.planted
    assert len({canary.value for canary in planted}) == len(planted) >= LEAST
    assert len(aviary.flock.kinds) >= KINDS
    assert {canary.writing for canary in planted} == WRITINGS.keys()
    datasets = Counter(canary.place.partition(" ")[0] for canary in planted)
    assert datasets.keys() == catalogue.load().datasets.keys()
    forms = {canary.place.partition("(")[2].partition(")")[0] for canary in planted}
    assert forms == FORMS


def test_they_reach_the_accepted_rows_and_the_quarantine(aviary: Aviary) -> None:
    """What is not there need not be kept back: most stand in rows that are taken, in columns that do not go out."""
    found = aviary.flock.found(aviary.home / "restricted" / "accepted", aviary.flock.planted[::4]).places
    columns = {
        f"{dataset.table} of {CITY} ({dataset.source(CITY).format}), {column.name}"
        for dataset in catalogue.load().datasets.values()
        for column in secret(dataset)
    }
    # Of a column of which one canary in four is looked for.
    assert len(columns & found) > 50
    assert sum("bad row" in place for place in found) > 30


def test_none_is_outside_the_restricted_zone(
    aviary: Aviary, materialised: Path, visited: list[str], answered: list[str], logged: list[Path]
) -> None:
    """Searched are releases, ledger, everything printed, results of Great Expectations, Dagster's storage, each page
    as it was drawn and all that was sent for it, the answers of the API, the log of the server."""
    assert {folder.name for folder in aviary.out.iterdir()} == {
        "api", "dagster", "expectations", "ledger.sqlite", "logs", "pages", "releases", "sent", "told",
    }  # fmt: skip
    search = aviary.flock.found(aviary.out)
    assert search.hits == []
    assert search.failed == []

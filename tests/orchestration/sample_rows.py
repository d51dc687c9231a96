"""The rows of the five sample cities by city and dataset; run as a module it renews the counts kept in git."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from data_contracts import catalogue
from orchestration.sample.maker import maker_of, own_maker
from orchestration.sample.planting import plant
from orchestration.sample.profile import FIVE
from orchestration.sample.scales import world
from orchestration.sample.write import planting

KEPT = Path(__file__).with_suffix(".csv")
SEED = 7


def counted() -> str:
    """The counts as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([("city", "dataset", "files", "rows"), *sorted(_counts())])
    return text.getvalue()


def _counts() -> Iterator[tuple[str, str, int, int]]:
    contracts = catalogue.load()
    for profile in FIVE:
        city = world(profile, contracts, SEED, "five")
        for table, dataset in contracts.datasets.items():
            if profile.sends(table) and own_maker(dataset):
                files = plant(dataset, maker_of(dataset), city, planting(city, dataset))
                yield profile.city, table, len(files), sum(len(file.rows) for file in files.values())


if __name__ == "__main__":
    KEPT.write_text(counted(), encoding="utf-8")

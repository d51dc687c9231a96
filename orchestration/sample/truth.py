"""What was planted in a dataset's files, for the tests; kept out of the pipeline's reach."""

import json
from collections import Counter
from typing import Any

import pandas as pd

from data_contracts.dataset import Dataset
from orchestration.sample.delivery import Batch
from orchestration.sample.planting import Planted, key_of

MOST_PERSONAL = 200


def truth(dataset: Dataset, batch: Batch, files: dict[str, Planted], held: list[str]) -> dict[str, Any]:
    """The truth over a dataset's files (name → rows in the file's order); rows count from 0.

    `held` names the files that cannot be read at all: nothing else is said of them. `quarantined` counts rows per
    rule, so that a row which breaks two rules stands under both. `outside` counts rows that are not quarantined.
    """
    read = {name: file for name, file in files.items() if name not in held}
    found = [
        [name, row, rule] for name, file in read.items() for row, rules in sorted(file.rules.items()) for rule in rules
    ]
    return {
        "files": {name: len(file.rows) for name, file in files.items()},
        "held": held,
        "quarantined": dict(sorted(Counter(rule for _, _, rule in found).items())),
        "rows": found,
        "duplicate": _duplicate(dataset, list(read.values())),
        "outside": sum(file.outside for file in read.values()),
        "personal": _personal(batch, list(files.values())),
        **batch.truth,
    }


def _duplicate(dataset: Dataset, files: list[Planted]) -> int:
    """How many good rows another one with the same key takes the place of."""
    if not dataset.key or not files:
        return 0
    good = [file.rows[key_of(dataset, file.rows)].drop(index=list(file.rules)) for file in files]
    if dataset.properties.delivery == "snapshot":
        return sum(map(len, good)) - len(good[-1].drop_duplicates())
    return int(pd.concat(good, ignore_index=True).duplicated().sum())


def _personal(batch: Batch, files: list[Planted]) -> list[str]:
    """Some values of each kind, spread over all of them."""
    kinds = [pd.concat([rows[name].dropna() for rows in batch.files.values()]) for name in batch.personal]
    kinds = [kind for kind in [*kinds, _within(batch, files)] if len(kind)]
    each = MOST_PERSONAL // max(1, len(kinds))
    return list(dict.fromkeys(str(value) for kind in kinds for value in kind.iloc[:: -(-len(kind) // each)]))


def _within(batch: Batch, files: list[Planted]) -> pd.Series:
    """Those of the values inside texts that are there: some come with a fault, for which there may be no room."""
    if not batch.within:
        return pd.Series(dtype=object)
    columns = [rows[name] for rows in (file.rows for file in files) for name in rows.select_dtypes(["object", "str"])]
    spoilt = [cell for file in files for cells in file.spoilt.values() for cell in cells.values()]
    text = "\n".join(cell for cells in [*columns, spoilt] for cell in cells if isinstance(cell, str))
    values = list(dict.fromkeys(batch.within))
    return pd.Series([value for value in values[:: -(-len(values) // MOST_PERSONAL)] if value in text], dtype=object)


def encode(facts: dict[str, Any]) -> bytes:
    """The truth as JSON."""
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()

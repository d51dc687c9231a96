"""What was planted in a dataset's files, for the tests; kept out of the pipeline's reach."""

import json
from collections import Counter
from typing import Any

from orchestration.sample.delivery import Batch, Record

MOST_PERSONAL = 200


def truth(batch: Batch, files: dict[str, list[Record]]) -> dict[str, Any]:
    """The truth over a dataset's files (name → records in the file's order); rows count from 0.

    `quarantined` counts rows per rule, so that a row which breaks two rules stands under both. `outside` counts
    rows that are not quarantined.
    """
    found = [
        [file, number, rule]
        for file, records in files.items()
        for number, record in enumerate(records)
        for rule in record.rules
    ]
    return {
        "files": {file: len(records) for file, records in files.items()},
        "quarantined": dict(sorted(Counter(rule for _, _, rule in found).items())),
        "rows": found,
        "duplicate": batch.duplicate,
        "outside": batch.outside,
        "personal": _personal(batch),
    }


def _personal(batch: Batch) -> list[str]:
    """Some values of each kind, spread over all of them."""
    each = MOST_PERSONAL // max(1, len(batch.personal))
    chosen: dict[str, None] = {}
    for kind in batch.personal:
        values = list(dict.fromkeys(kind))
        chosen |= dict.fromkeys(values[:: -(-len(values) // each)])
    return list(chosen)


def encode(facts: dict[str, Any]) -> bytes:
    """The truth as JSON."""
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()

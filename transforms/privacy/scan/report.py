"""What a scan found: personal data by artefact and entity, and what could not be searched. Never a value."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.privacy.pack.batch import recognise
from transforms.privacy.pack.rules import THRESHOLD
from transforms.privacy.scan.artefact import Artefact, Context, Failure, Piece
from transforms.privacy.scan.walk import walk

# In a name also that is hidden which only passed its check digit.
HIDDEN = 0.3
# Digests and UUIDs hold runs of digits that look like numbers; a run of digits alone is none of them.
_DIGEST = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9-]*[A-Fa-f])"
    r"(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|[0-9A-Fa-f]{128}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{56}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})"
    r"(?![0-9A-Za-z])"
)
_MAYBE_DIGEST = "[0-9A-Fa-f]{12}"
_NUMBERS = r"^\s*[+-]?[0-9]*[.]?[0-9]+\s*$"
# Beside a key stands a value, of whatever it is.
_SAYS_NOTHING = "value"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


# What pieces hold, by the words said of them and a digest of their texts.
Known = dict[tuple[Context, bytes], Counter[str]]


@dataclass(frozen=True)
class Hit:
    """How often an entity stands in an artefact."""

    artefact: str
    entity: str
    count: int


@dataclass(frozen=True)
class Report:
    """The outcome of a scan."""

    artefacts: int = 0
    hits: list[Hit] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything was searched and nothing found."""
        return not self.hits and not self.failed

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return asdict(self)


def scan(*roots: Path) -> Report:
    """Search files, or folders and all below them, for what the pack knows. Raises FileNotFoundError."""
    artefacts, found, failed = 0, Counter[tuple[str, str]](), []
    known: Known = {}
    with TemporaryDirectory(prefix="pravah-") as scratch:
        for part in chain.from_iterable(walk(root, Path(scratch)) for root in roots):
            if isinstance(part, Artefact):
                artefacts += 1
            elif isinstance(part, Failure):
                failed.append(Failure(masked(part.artefact), part.reason))
            else:
                for entity, count in entities(part, known).items():
                    found[part.place, entity] += count
    hits = Counter[tuple[str, str]]()
    for (place, entity), count in found.items():
        hits[masked(place), entity] += count
    return Report(artefacts, [Hit(*key, count) for key, count in sorted(hits.items())], failed)


def entities(piece: Piece, known: Known) -> Counter[str]:
    """How often each entity stands in a piece. `known` remembers: one column stands in several files of a release."""
    counted = pc.value_counts(_array(piece.texts))
    key = (piece.context, blake2b(pa.RecordBatch.from_struct_array(counted).serialize()).digest())
    if key not in known:
        found = recognised(counted.field("values"), piece.context)
        times = counted.field("counts").take(found["row"]).to_pylist()
        known[key] = Counter()
        for entity, count in zip(found["entity"].to_pylist(), times, strict=True):
            known[key][entity] += count
    return known[key]


def recognised(texts: Any, context: Iterable[str], threshold: float = THRESHOLD) -> pa.Table:
    """Personal data in texts of one place, of which the words of `context` are said: findings by row and entity.

    As in `pack.batch.recognise`, but digests hold nothing, so offsets are not those of the texts.
    """
    texts = _without_digests(_array(texts))
    said = " ".join(_CAMEL.sub(" ", words) for words in context if words)
    if len(texts) and _all_numbers(texts) and not said.lower().endswith(_SAYS_NOTHING):
        # A column of numbers is named by what it counts: ten digits in `cost_inr` are no mobile.
        said += " no"
    return recognise(texts, said, threshold)


def _array(texts: Any) -> pa.Array:
    try:
        return pa.array(texts, pa.large_string()) if isinstance(texts, list) else texts.cast(pa.large_string())
    except UnicodeEncodeError:
        return pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.large_string())


def _without_digests(array: pa.Array) -> pa.Array:
    held = pc.fill_null(pc.match_substring_regex(array, _MAYBE_DIGEST), False)
    if not pc.any(held, min_count=0).as_py():
        return array
    changed = [_DIGEST.sub(" ", text) for text in array.filter(held).to_pylist()]
    return pc.replace_with_mask(array, held, pa.array(changed, pa.large_string()))


def _all_numbers(texts: pa.Array) -> bool:
    numbers: Iterable[Any] = pc.match_substring_regex(texts, _NUMBERS)
    return bool(pc.all(numbers, min_count=0).as_py())


def masked(name: str) -> str:
    """A name with what looks like personal data in it replaced by the entity."""
    for found in reversed(recognise([name], "", HIDDEN).to_pylist()):
        name = f"{name[: found['start']]}<{found['entity']}>{name[found['end'] :]}"
    return name

"""How good the finding is: for each entity the share found, the share of findings that are right, the false ones."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.pii.texts import Labelled, Mention

# What holds a value of another kind as its part: a GSTIN its owner's PAN, a payment address often a mobile number.
_HOLDS = {"IN_GSTIN": "IN_PAN", "IN_UPI": "PHONE_NUMBER"}
# Of each text what is found: entity, start, end.
Found = Sequence[tuple[str, int, int]]
Finder = Callable[[Sequence[str]], list[Found]]


@dataclass(frozen=True)
class Figures:
    """Mentions of an entity, how many are found in full, findings of it, and how many of these touch a mention."""

    mentions: int
    hits: int
    findings: int
    right: int

    @property
    def recall(self) -> float:
        """The share of mentions that is found in full."""
        return self.hits / self.mentions

    @property
    def precision(self) -> float:
        """The share of findings that is right; 1 where there is none."""
        return self.right / self.findings if self.findings else 1.0


def pack(texts: Sequence[str]) -> list[Found]:
    """What the pack finds, text by text."""
    from transforms.privacy.pack.batch import recognise

    return _by_text(len(texts), recognise(texts).to_pylist())


def names(texts: Sequence[str]) -> list[Found]:
    """What the names' recogniser finds, text by text."""
    from transforms.privacy.names.find import find

    return _by_text(len(texts), find(texts).to_pylist())


def _by_text(count: int, findings: Iterable[dict]) -> list[Found]:
    found: list[list[tuple[str, int, int]]] = [[] for _ in range(count)]
    for one in findings:
        found[one["row"]].append((one["entity"], one["start"], one["end"]))
    return list(found)


def by_entity(texts: Sequence[Labelled], found: Sequence[Found]) -> dict[str, Figures]:
    """The figures of each entity that is mentioned."""
    entities = sorted({mention.entity for text in texts for mention in text.mentions})
    return {entity: _figures(entity, texts, found) for entity in entities}


def _figures(entity: str, texts: Sequence[Labelled], found: Sequence[Found]) -> Figures:
    mentions = hits = findings = right = 0
    for text, here in zip(texts, found, strict=True):
        wanted = [mention for mention in text.mentions if mention.entity == entity]
        spans = [(start, end) for kind, start, end in here if kind == entity]
        mentions, findings = mentions + len(wanted), findings + len(spans)
        hits += sum(_in_full(mention, here) for mention in wanted)
        true = [one for one in text.mentions if entity in (one.entity, _HOLDS.get(one.entity))]
        right += sum(any(start < one.end and one.start < end for one in true) for start, end in spans)
    return Figures(mentions, hits, findings, right)


def _in_full(mention: Mention, found: Found) -> bool:
    return any(kind == mention.entity and start <= mention.start and mention.end <= end for kind, start, end in found)


def by_writing(texts: Sequence[Labelled], found: Sequence[Found]) -> dict[tuple[str, str], tuple[int, int]]:
    """For each entity and writing how many are mentioned and how many of these are found in full."""
    told: dict[tuple[str, str], list[int]] = {}
    for text, here in zip(texts, found, strict=True):
        for mention in text.mentions:
            counts = told.setdefault((mention.entity, mention.writing), [0, 0])
            counts[0] += 1
            counts[1] += _in_full(mention, here)
    return {key: (mentions, hits) for key, (mentions, hits) in told.items()}


def false_in_thousand(found: Sequence[Found]) -> dict[str, float]:
    """For each entity the findings in a thousand texts that hold none."""
    counts = Counter(entity for here in found for entity, *_ in here)
    return {entity: 1000 * count / len(found) for entity, count in sorted(counts.items())}

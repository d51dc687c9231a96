"""Texts to measure the finding of names with, made from `measured.yaml`, and the figures."""

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from transforms.privacy.names.find import find
from transforms.privacy.names.tokens import cut

KIT = yaml.safe_load(Path(__file__).with_name("measured.yaml").read_text(encoding="utf-8"))
CASES: dict[str, Callable[[str], str]] = {"title": str, "lower": str.lower, "upper": str.upper}
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Labelled:
    """A text and the spans of its names."""

    text: str
    spans: list[tuple[int, int]]


@dataclass(frozen=True)
class Figures:
    """Shares of words of names found, of words found that are of names, and of names found in full."""

    recall: float
    precision: float
    covered: float

    @property
    def f2(self) -> float:
        """Recall counts four times."""
        return 5 * self.precision * self.recall / (4 * self.precision + self.recall)


def people(language: str, case: str, count: int, seed: int) -> list[Labelled]:
    """Texts that name somebody."""
    chance = random.Random(seed)
    return [_filled(chance.choice(KIT[language]), language, CASES[case], chance) for _ in range(count)]


def nobody(count: int, seed: int, kind: str = "nobody") -> list[str]:
    """Texts that name nobody, in the three cases; of the kind "namesakes" they sound like it."""
    chance = random.Random(seed)
    cases = list(CASES.values())
    return [_filled(chance.choice(KIT[kind]), "english", chance.choice(cases), chance).text for _ in range(count)]


def _filled(template: str, language: str, case: Callable[[str], str], chance: random.Random) -> Labelled:
    text, spans, begin = "", [], 0
    for slot in _SLOT.finditer(template):
        text += case(template[begin : slot.start()])
        begin = slot.end()
        if slot[1] not in ("full", "given"):
            kind = "place" if slot[1] == "spot" and language == "hindi" else slot[1]
            text += case(chance.choice(KIT["fillers"][kind]))
            continue
        given, surname = (KIT[f"{language}_{kind}"].split() for kind in ("given", "surnames"))
        first, last = chance.choice(given), chance.choice(surname)
        forms = [f"{first} {last}"] * 7 + [f"{first[0]}. {last}", f"{first} {chance.choice(given)} {last}", first]
        name = case(first if slot[1] == "given" else chance.choice(forms))
        spans.append((len(text), len(text) + len(name)))
        text += name
    return Labelled(text + case(template[begin:]), spans)


def il_ner(file: Path) -> list[Labelled]:
    """The sentences of IL-NER with their persons, joined by spaces."""
    sentences = file.read_text(encoding="utf-8").split("\n\n")
    texts = []
    for sentence in sentences:
        text, spans = "", []
        for word, *_, label in (line.split() for line in sentence.splitlines() if len(line.split()) > 1):
            if label.endswith("NEP"):
                spans.append((len(text), len(text) + len(word)))
            text += word + " "
        texts.append(Labelled(text, spans))
    return texts


def figures(texts: Iterable[Labelled]) -> Figures:
    """The figures on labelled texts."""
    texts = list(texts)
    found: list[list[tuple[int, int]]] = [[] for _ in texts]
    for finding in find([text.text for text in texts]).to_pylist():
        found[finding["row"]].append((finding["start"], finding["end"]))
    truth = hits = marked = whole = 0
    for text, spans in zip(texts, found, strict=True):
        words = set(_words(text.text))
        named, told = (_within(words, some) for some in (text.spans, spans))
        truth, hits, marked = truth + len(named), hits + len(named & told), marked + len(told)
        whole += sum(_within(words, [span]) <= told for span in text.spans)
    return Figures(hits / truth, hits / max(marked, 1), whole / sum(len(text.spans) for text in texts))


def _words(text: str) -> list[tuple[int, int]]:
    tokens = cut([text])
    return [
        (int(start), int(end))
        for start, end in zip(tokens.start, tokens.end, strict=True)
        if text[start:end][0].isalpha()
    ]


def _within(words: set[tuple[int, int]], spans: list[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(start, end) for start, end in words if any(begin <= start and end <= stop for begin, stop in spans)}

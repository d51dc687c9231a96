"""How good the finding of personal data is: recall and precision by entity, false findings, names.

Numbers and addresses on generated texts, 1,000 mentions of each entity and 200,000 texts free of personal data; names
on generated texts with names that no list holds and, where the shared labelled texts are, on real Hindi ones.
"""

from pathlib import Path
from typing import Any

from tests.bench import delivery
from tests.conftest import SHARED
from tests.pii.measure import Figures, by_entity, false_in_thousand, names, pack
from tests.pii.texts import free, labelled
from tests.pii.wanted import MOST_FALSE, WANTED
from tests.transforms.privacy.names import measure as of_names

MENTIONS, FREE, NAMES = 1_000, 200_000, 3_000


def figures(folder: Path) -> list[dict[str, Any]]:
    """Shares from 0 to 1, and false findings in a thousand texts; nothing is kept in `folder`."""
    made = labelled(31, MENTIONS)
    told = by_entity(made, pack([text.text for text in made]))
    texts = list(free(32, FREE))
    false = false_in_thousand(pack(texts)) | false_in_thousand(names(texts))
    found = [one for entity in WANTED for one in _of_entity(entity, told[entity], false.get(entity, 0.0))]
    return [*found, _false("PERSON", false.get("PERSON", 0.0)), *_names(), *_real()]


def _of_entity(entity: str, told: Figures, false: float) -> list[dict[str, Any]]:
    wanted = WANTED[entity]
    return [
        _at_least(f"{entity}: recall", told.recall, wanted.each),
        _at_least(f"{entity}: precision", told.precision, wanted.precision),
        _false(entity, false),
    ]


def _names() -> list[dict[str, Any]]:
    found = []
    for language, case in (("english", "title"), ("english", "lower"), ("english", "upper"), ("hindi", "title")):
        told = of_names.figures(of_names.people(language, case, NAMES, 33))
        name = f"PERSON, {language} in {case} case"
        found += [
            _at_least(f"{name}: recall", told.recall, 0.95),
            _at_least(f"{name}: covered", told.covered, 0.93),
            _at_least(f"{name}: F2", told.f2, 0.90),
            delivery.figure(f"{name}: precision", told.precision),
        ]
    return found


def _real() -> list[dict[str, Any]]:
    """IL-NER; none where it is not there."""
    file = SHARED / "pii" / "il_ner" / "Hindi-dev.txt"
    if not file.exists():
        return []
    told = of_names.figures(of_names.il_ner(file))
    return [
        delivery.figure("PERSON, IL-NER Hindi: recall", told.recall, "goal 0.8"),
        delivery.figure("PERSON, IL-NER Hindi: precision", told.precision),
    ]


def _at_least(name: str, value: float, least: float) -> dict[str, Any]:
    return delivery.figure(name, value, f"≥ {least}", value >= least)


def _false(entity: str, value: float) -> dict[str, Any]:
    return delivery.figure(f"{entity}: false in 1,000 texts", value, f"≤ {MOST_FALSE:g}", value <= MOST_FALSE)


if __name__ == "__main__":
    for figure in figures(Path()):
        print(f"{figure['figure']:<56} {figure['value']:>12} {figure['wanted'] or '':<10} {figure['holds']}")

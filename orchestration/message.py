"""What to write to a department about its data: counts and rules, never a value, a path or a file's name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from data_contracts.catalogue import Catalogue
from orchestration.status import Desk, Line
from portal.pages.figures import IST, day, number
from portal.pages.texts import Texts


@dataclass(frozen=True)
class Message:
    """A mail to a department."""

    subject: str
    body: str


def message(texts: Texts, desk: Desk, catalogue: Catalogue, now: datetime | None = None) -> Message | None:
    """The mail for one department of one city in the texts' language; None where the department has nothing to do.

    A dataset that failed is not in it: that is for the command centre itself to mend.
    """
    points = [point for line in desk.lines for point in _points(texts, line, catalogue)]
    if not points:
        return None
    city, department = catalogue.cities[desk.city], catalogue.departments[desk.department]
    names = {
        "city": texts.pick({"en": city.name, "hi": city.name_hi}),
        "department": texts.pick({"en": department.title, "hi": department.title_hi}),
        "date": day((now or datetime.now(UTC)).astimezone(IST), texts.language),
    }
    numbered = [f"{place}. {point}" for place, point in enumerate(points, start=1)]
    body = [texts("message.opening", **names), *numbered, texts("message.closing", **names)]
    return Message(texts("message.subject", **names), "\n\n".join(body))


def _points(texts: Texts, line: Line, catalogue: Catalogue) -> Iterator[str]:
    """A sentence or two for each thing of a dataset that waits."""

    def title(table: str) -> str:
        dataset = catalogue.published(table)
        return texts.pick({"en": dataset.title, "hi": dataset.properties.title_hi or dataset.title})

    def count(value: int) -> str:
        return number(value, texts.language)

    dataset = title(line.table)
    if line.late_days is not None:
        yield texts("message.late", dataset=dataset, days=count(line.late_days))
    files = [holding for holding in line.held if holding.rules]
    if files:
        rules = ", ".join(sorted({rule for holding in files for rule in holding.rules}))
        yield texts("message.held", dataset=dataset, files=count(len(files)), rules=rules)
    needs = sorted({title(table) for holding in line.held for table in holding.needs})
    if needs:
        yield texts("message.needs", dataset=dataset, needs=", ".join(needs))
    if line.quarantined:
        most_first = sorted(line.reasons.items(), key=lambda item: (-item[1], item[0]))
        rules = ", ".join(texts("message.rule", rule=rule, rows=count(rows)) for rule, rows in most_first)
        yield texts("message.quarantined", dataset=dataset, rows=count(line.quarantined), rules=rules)

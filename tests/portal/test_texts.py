"""The words that people read: whole in both languages, none missing, none that nobody reads."""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from jinja2 import Environment, nodes

from data_contracts.dataset import LogicalType, Rule
from data_contracts.indicator import Indicator
from data_contracts.properties import Grain, Publication, Treatment
from orchestration.deciding import Act
from orchestration.sample.iccc.catalogue import CATALOGUE
from orchestration.store.releases import State
from orchestration.store.reviews import VERDICTS
from portal.pages.texts import LANGUAGES, texts
from portal.public import footage, parts, privacy, protection, uptime
from portal.public.maturity import card, compare, indicator, measures, overview, practice, trend
from portal.public.statements import ADDED
from portal.staff import privacy as desk
from portal.staff.footage import cameras, levers, page, penalty, queue, sites, siting, storage
from portal.staff.review import judging, scores, stock
from tests.conftest import ROOT
from tests.portal.kit import build
from transforms.drafting import personal
from transforms.footage import lag, plan
from transforms.footage.causes import CAUSES, UNKNOWN
from transforms.footage.levers import LEVERS
from transforms.footage.outcomes import WAYS
from transforms.footage.rates import DEFINITIONS, OUTCOMES
from transforms.footage.safeguards import (
    ALTERNATIVES,
    BIASED_DEMAND,
    FLOOR_OUT_OF_REACH,
    NO_EXCLUDED_PLACES,
    NOT_PROVEN_BEST,
    POPULATION_MISSING,
)
from transforms.privacy import gate

EN, HI = texts("en").words, texts("hi").words
FORMS = get_args(Publication.model_fields["form"].annotation)
WARNINGS = [BIASED_DEMAND, NO_EXCLUDED_PLACES, POPULATION_MISSING, FLOOR_OUT_OF_REACH, NOT_PROVEN_BEST]
# The dimensions of quality that ODCS knows.
DIMENSIONS = ["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"]
# In which the values of indicators are told.
UNITS = get_args(Indicator.model_fields["unit"].annotation)
KINDS = get_args(Treatment.model_fields["kind"].annotation)
# What a key that is put together at run time can become; `*` stands for what is put in.
PUT_IN: dict[str, list[str]] = {
    "*.title": ["monday", "footage_desk", "new", "findings", "desk", "review"],
    "added.*": list(ADDED),
    "api.*": ["curl", "python", "duckdb", "excel"],
    "checks.*": ["rows_read", "accepted", "quarantined", "duplicate"],
    "cities.fact.*": ["population", "wards", "area", "departments", "datasets", "rows"],
    "dataset.chart.value.*": [form for form in FORMS if form != "none"],
    "dataset.part.*": [
        *("preview", "map", "chart", "dictionary", "checks", "duty", "privacy", "downloads", "api"),
        *("cite", "history", "draft", "held", "judged", "measured", "trend"),
    ],
    "desk.change.*": ["added", "removed", "same", "changed", "new contract"],
    "desk.column.*": ["id", "state", "proposed", "decided", "at", "remark"],
    "desk.done.*": list(get_args(Act)),
    "desk.state.*": list(get_args(State)),
    "dictionary.*": list(ADDED),
    "dimension.*": DIMENSIONS,
    "duty.role.*": ["owner", "coordinator"],
    "findings.column.*": sorted({*desk.HELD, *desk.JUDGED, *desk.MEASURED, *desk.COUNTED}),
    "findings.entity.*": gate.known(),
    "findings.fact.*": ["held", "allowed", "disclosed", "tables"],
    "findings.state.*": ["allowed", "disclosed"],
    "footage.column.*": sorted(
        {
            *("month", *footage.BY_MONTH, *footage.FIRST, "zone", *footage.BY_ZONE),
            *("cause", *footage.BY_CAUSE, "area", *uptime.BY_AREA, *uptime.BY_MONTH),
        }
    ),
    "footage.count.*": list(footage.COUNTS),
    "footage.dataset.*": sorted({table for needed in parts.NEEDS.values() for table in needed}),
    "footage.guards.*": ["set_aside", "late"],
    "footage.guards.hidden_*": ["set_aside", "late"],
    "footage.limit.*.text": list(footage.LIMITS),
    "footage.limit.*.title": list(footage.LIMITS),
    "footage.missing.*": ["here", "absent", "closed"],
    "footage.months.*": ["some", "never"],
    "footage.part.*": list(footage.PARTS),
    "footage.rate.*.definition": ["a", "b"],
    "footage.rate.*.of": ["a", "b"],
    "footage.rate.*.title": ["a", "b"],
    "footage.reason.*.cure": [*CAUSES, UNKNOWN],
    "footage.reason.*.name": [*CAUSES, UNKNOWN],
    "footage.uptime.*": list(uptime.RESTS),
    "footage_desk.alternative.*": list(ALTERNATIVES),
    "footage_desk.assume.*": [*plan.ASSUMED, plan.ASSUMED_OF_UNKNOWN, *LEVERS],
    "footage_desk.bar.*": ["today", "then", "target"],
    "footage_desk.bound.*": list(lag.ASSUMPTIONS),
    "footage_desk.cause.*": [*CAUSES, UNKNOWN],
    "footage_desk.column.*": [
        *(*queue.COLUMNS, *levers.ALONE, *levers.PRICED, *cameras.BY_WARD, *cameras.BROKEN),
        *(*penalty.MONTHS, *storage.COLUMNS, *siting.ALTERNATIVES, *siting.BY_WARD, *sites.COLUMNS),
        *("cause", "part", "shapley", "with", "stated", "derived", "requests", "lag", "kept", "interval"),
    ],
    "footage_desk.definition.*": list(DEFINITIONS),
    "footage_desk.lever.*": list(LEVERS),
    "footage_desk.message.*": ["hold_by_recorder", "hold_by_camera"],
    "footage_desk.outcome.*": list(OUTCOMES),
    "footage_desk.part.*": list(page.PARTS),
    "footage_desk.penaltyassume.*": list(penalty.ASSUMED),
    "footage_desk.planlabel.*": ["waits", "approved", "returned"],
    "footage_desk.price.*": list(levers.PRICES),
    "footage_desk.setting.*": list(LEVERS),
    "footage_desk.storageassume.*": list(storage.ASSUMED),
    "footage_desk.warning.*.label": WARNINGS,
    "footage_desk.warning.*.text": WARNINGS,
    "footage_desk.wind.*": list(sites.WINDS),
    "footage_desk.way.*": list(WAYS),
    "footage_desk.*.button": ["reachable", "unreachable"],
    "footage_desk.*.label": ["reachable", "unreachable"],
    "footage_desk.*.text": ["reachable", "unreachable"],
    "form.*": list(FORMS),
    "format.*": ["csv", "parquet", "geojson"],
    "home.fact.*": ["datasets", "rows", "departments", "cities"],
    "home.step.*.text": ["arrive", "check", "protect", "publish"],
    "home.step.*.title": ["arrive", "check", "protect", "publish"],
    "indicator.axis.*": list(UNITS),
    "indicator.band.*": ["from", "upto"],
    "indicator.evidence.*": list(get_args(Indicator.model_fields["evidence"].annotation)),
    "indicator.part.*": list(indicator.PARTS),
    "maturity.band.*": ["lower", "middle", "upper"],
    "maturity.class.*": list(measures.CLASSES),
    "maturity.column.*": sorted(
        {
            *(name for columns in measures.COLUMNS.values() for name in columns),
            *(*trend.SCORES, *compare.SCORES, "round", "share", "dimension"),
        }
    ),
    "maturity.fact.*": ["cities", "level", "strict", "gap", "computed"],
    "maturity.file.*": [
        *("pack", "rubric", "scores", "indicator_scores", "state", "card_pdf", "card_hi", "card_xlsx"),
    ],
    "maturity.filter.*": ["region", "league", "level", "dimension", "indicator"],
    "maturity.levels.*": ["strict", "each", "share"],
    "maturity.limit.*.text": list(overview.LIMITS),
    "maturity.limit.*.title": list(overview.LIMITS),
    "maturity.map.*": list(get_args(measures.Kind)),
    "maturity.part.*": list(overview.PARTS),
    "maturity.step.*": ["points", "nothing"],
    "maturity.table.*": list(get_args(measures.Kind)),
    "maturity.unit.*": list(UNITS),
    "monday.fact.*": ["late", "failed", "held", "quarantined"],
    "monday.in.*": list(LANGUAGES),
    "new.by.*": ["name", "value", "shape"],
    "new.column.*": ["column", "kind", "why"],
    "new.fact.*": ["columns", "personal", "todos"],
    "new.kind.*": sorted({*personal.WORDS, *personal.VALUES}),
    "privacy.*": [
        *(kind for kind in KINDS if kind != "generalise"),
        *(*get_args(Grain), "band", "counted", "outline", "cell"),
    ],
    "privacy.measured.*": ["smallest", *protection.MEASURED],
    "privacy.page.column.*": sorted({column for told in privacy.TOLD.values() for column in told}),
    "privacy.page.fact.*": list(privacy.TOTALS),
    "privacy.page.limit.*": list(privacy.LIMITS),
    "privacy.page.step.*.text": list(privacy.STEPS),
    "privacy.page.step.*.title": list(privacy.STEPS),
    "privacy.page.table.*.text": list(privacy.TOLD),
    "privacy.page.table.*.title": list(privacy.TOLD),
    "privacy.risk.*": [
        *("undeclared", "known", "guessed", "places", "disclosed", "tokens", "masked", "redacted"),
        *("unchecked", "rows", "tables", "sums", "changes"),
    ],
    "review.column.*": sorted(
        {
            *judging.COLUMNS,
            *judging.HISTORY,
            *scores.COLUMNS,
            *stock.COLUMNS,
            "by",
            "city",
            "declared",
            "level",
            "points",
        }
    ),
    "review.fact.*": ["waiting", "accepted", "returned", "rounds"],
    "review.file.*": list(stock.CARDS),
    "review.part.*": ["waiting", "scores", "rounds", "rows"],
    "review.text.*": ["waiting", "scores", "rounds", "rows"],
    "review.verdict.*": list(VERDICTS),
    "scorecard.class.*": list(measures.CLASSES),
    "scorecard.effort.*": [str(effort) for effort in get_args(Indicator.model_fields["effort"].annotation)],
    "scorecard.gate.*": ["strict", "share"],
    "scorecard.group.*": ["league_region", "league", "all", "few"],
    "scorecard.held.*": ["strict", "dimension", "share"],
    "scorecard.open.*": ["yes", "no"],
    "scorecard.part.*": list(card.PARTS),
    "scorecard.peers.*": ["own", "q1", "median", "q3"],
    "scorecard.score.*.text": list(card.THREE),
    "scorecard.score.*.title": list(card.THREE),
    "severity.*": list(get_args(Rule.__annotations__["severity"])),
    "type.*": list(get_args(LogicalType)),
    "usecases.better.*": ["higher", "lower"],
    "usecases.column.*": ["status", "since", "before", "now", "change"],
    "usecases.fact.*": ["cases", "cities", "live", "measured", "procedures"],
    "usecases.group.*": sorted({one.group for one in CATALOGUE}),
    "usecases.status.*": list(practice.STATES),
    "usecases.unit.*": sorted({one.unit for one in CATALOGUE}),
    "value.*": ["true", "false"],
}
# Names of formats, tools and languages are the same in Hindi.
LATIN = {
    *("frame.other", "monday.in.en", "api.python", "api.duckdb", "api.excel"),
    *("format.csv", "format.parquet", "format.geojson"),
}
DEVANAGARI_IN_ENGLISH = {"frame.other", "monday.in.hi", "data.placeholder"}


@dataclass(frozen=True)
class Asked:
    """A place that asks for a text: its key (`*` for what is put in), the values it gives, where it stands."""

    key: str
    values: frozenset[str]
    place: str


@dataclass(frozen=True)
class Shown:
    """A place that shows a state: its name, and whether with a link."""

    kind: str
    linked: bool


def sources() -> list[Path]:
    return [*sorted((ROOT / "portal").rglob("*.py")), ROOT / "orchestration/message.py"]


def calls() -> Iterator[tuple[ast.Call, str, str]]:
    """Every call with the name of what is called and its place."""
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.func if isinstance(node.func, ast.Call) else node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if not isinstance(node.func, ast.Call) or name == "texts":
                    yield node, name, f"{file.relative_to(ROOT)}:{node.lineno}"


def written(node: ast.expr | None) -> str | None:
    """A text that stands in the code, with `*` for what is put in; None for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def branches(node: ast.expr) -> list[ast.expr]:
    """What an argument can be: itself, or either side of an `if`."""
    return [*branches(node.body), *branches(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def in_python() -> Iterator[Asked]:
    for call, name, place in calls():
        values = frozenset(str(given.arg) for given in call.keywords)
        for key in map(written, branches(call.args[0]) if call.args else []):
            if key and name in ("words", "texts") and key not in LANGUAGES:
                yield Asked(key, values, place)
            if key and name == "known":
                yield Asked(f"{key}.*", values, place)


def in_templates() -> Iterator[Asked]:
    def piece(node: nodes.Node) -> str:
        return str(node.value) if isinstance(node, nodes.Const) else "*"

    for file in sorted((ROOT / "portal/pages/templates").iterdir()):
        tree = Environment(trim_blocks=True, lstrip_blocks=True).parse(file.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            name = getattr(call.node, "name", "")
            if name not in ("t", "known"):
                continue
            first = call.args[0]
            key = "".join(map(piece, first.nodes)) if isinstance(first, nodes.Concat) else piece(first)
            values = frozenset(given.key for given in call.kwargs)
            yield Asked(f"{key}.*" if name == "known" else key, values, f"{file.name}:{call.lineno}")


@cache
def asked() -> list[Asked]:
    found = [*in_python(), *in_templates()]
    assert len(found) > 150, "the scan misses what it should find"
    return found


@cache
def states() -> list[Shown]:
    """Every state that is shown somewhere, by name."""
    found = []
    for call, name, _ in calls():
        first, second, third = (*map(written, call.args[:3]), None, None, None)[:3]
        if name in ("state", "state_values") and second:
            found.append(Shown(second, len(call.args) > 2))
        elif name == "page" and first and (len(call.args) > 2):
            found.append(Shown(first, True))
        elif name == "Denied" and first:
            found.append(Shown(first, False))
        assert third is None or name != "state", "a link of a state is made, not written"
    return found


def expanded() -> dict[str, str]:
    """Every key that can be asked for, and one place that does."""
    found = {f"state.{one.kind}.{part}": "a state" for one in states() for part in ("title", "text", "label")}
    for one in asked():
        if one.key == "state.*.*":
            continue
        for word in PUT_IN[one.key] if "*" in one.key else [""]:
            found[one.key.replace("*", word)] = one.place
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def letters(text: str) -> str:
    """A text without its placeholders."""
    return re.sub(r"\{\w*\}", "", text)


def test_both_languages_have_the_same_keys():
    assert EN.keys() == HI.keys()


def test_both_languages_have_the_same_placeholders():
    assert {key: placeholders(text) for key, text in EN.items()} == {
        key: placeholders(text) for key, text in HI.items()
    }
    assert not [key for key, text in EN.items() if "" in placeholders(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_empty_exactly_where_a_state_has_no_link(language: str):
    linked = {one.kind for one in states() if one.linked}
    linkless = {f"state.{one.kind}.label" for one in states()} - {f"state.{kind}.label" for kind in linked}
    assert {key for key, text in texts(language).words.items() if not text.strip()} == linkless


def test_hindi_is_written_in_its_own_script():
    latin = {key for key, text in HI.items() if re.search("[A-Za-z]", letters(text)) and not re.search("[ऀ-ॿ]", text)}
    assert latin == LATIN
    assert {key for key, text in EN.items() if re.search("[ऀ-ॿ]", text)} == DEVANAGARI_IN_ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_html_or_ends_in_space(language: str):
    # Templates escape; an entity or a tag in a text would be shown as it stands.
    for key, text in texts(language).words.items():
        assert text == text.strip() and not re.search(r"</?[a-z]+>|&\w+;|  ", text), key


def test_every_key_that_is_put_together_says_what_it_can_become():
    assert {one.key for one in asked() if "*" in one.key} - {"state.*.*"} == PUT_IN.keys()


def test_every_text_that_is_asked_for_exists():
    assert {key: place for key, place in expanded().items() if key not in EN} == {}


def test_every_text_is_read_by_somebody():
    assert EN.keys() - expanded().keys() == set()


def test_every_placeholder_is_filled():
    # `**names` is an argument without a name of its own.
    open_ones = {
        f"{one.place} {key}": missing
        for one in asked()
        if one.key != "state.*.*" and "None" not in one.values
        for word in (PUT_IN[one.key] if "*" in one.key else [""])
        for key in [one.key.replace("*", word)]
        if (missing := placeholders(EN[key]) - one.values)
    }
    assert open_ones == {}


def test_every_format_of_a_release_has_a_name(tmp_path: Path):
    written_files = (build(tmp_path / "releases", "one") / "data").iterdir()
    assert {file.suffix.lstrip(".") for file in written_files} == set(PUT_IN["format.*"])


@pytest.mark.parametrize(
    ("values", "shown"),
    [({}, "Release {release}"), ({"release": "{0.__class__}"}, "Release {0.__class__}")],
)
def test_a_value_is_put_in_as_it_is(values: dict[str, Any], shown: str):
    assert texts("en")("footer.release", **values) == shown


def test_an_unknown_key_is_an_error_and_an_unknown_code_is_itself():
    with pytest.raises(KeyError):
        texts("en")("no.such.key")
    assert texts("hi").known("type", "a_code") == "a code"
    assert texts("hi").known("type", "date") == "दिनांक"

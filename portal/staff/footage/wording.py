"""How the footage desk writes shares, rupees and the names of things."""

from collections.abc import Sequence

from babel.numbers import format_currency, format_percent

from data_contracts.footage import Penalty, Price
from orchestration.project import Project
from portal.pages.texts import Texts
from transforms.footage.levers import LEVERS, NOW, Setting, used

# One decimal: a rate just under the target must not look like the target.
_SHARE, _RUPEES = "#,##0.0%", "¤#,##,##0"
# A lever with two settings is there or not.
_EITHER = (0, 1)
LOCALES = {"en": "en_IN", "hi": "hi_IN"}


def percent(share: float, words: Texts) -> str:
    """0.43479 → 43.5%."""
    return str(format_percent(share, format=_SHARE, locale=LOCALES[words.language]))


def between(low: float, high: float, words: Texts) -> str:
    """0.4216, 0.4481 → 42.2–44.8%."""
    return f"{percent(low, words).rstrip('%')}–{percent(high, words)}"


def rupees(amount: float, words: Texts) -> str:
    """590000 → ₹5,90,000."""
    locale = LOCALES[words.language]
    return str(format_currency(amount, "INR", format=_RUPEES, locale=locale, currency_digits=False))


def noted(assumed: Price | Penalty, words: Texts) -> str:
    """Where a figure is from, in English where the city says it in no other language."""
    return words.pick({"en": assumed.note, "hi": assumed.note_hi or assumed.note})


def setting(lever: str, value: int, words: Texts) -> str:
    """A lever's setting: as now, 30 days, 2 more."""
    return words("footage_desk.now") if value == NOW[lever] else words(f"footage_desk.setting.{lever}", value=value)


def combination(chosen: Setting, words: Texts) -> str:
    """The levers that are not left as they are, with their settings where there is more than one."""
    named = []
    for lever in used(chosen):
        how = f" ({setting(lever, chosen[lever], words)})" if len(LEVERS[lever]) > len(_EITHER) else ""
        named.append(words(f"footage_desk.lever.{lever}") + how)
    return ", ".join(named) or words("footage_desk.nolever")


def datasets(project: Project, tables: Sequence[str], words: Texts) -> list[tuple[str, str]]:
    """The title of each dataset, and its folder below a city's in the inbox."""
    found = [project.catalogue.datasets[table] for table in tables]
    return [
        (words.pick({"en": one.title, "hi": one.properties.title_hi or one.title}), f"{one.department}/{one.name}")
        for one in found
    ]

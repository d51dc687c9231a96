"""What citizens complain about, and in which words: English, Hindi and both in one sentence."""

from dataclasses import dataclass

import numpy as np

from orchestration.sample.people import Name


@dataclass(frozen=True)
class Category:
    """A category's share of all complaints, how long it takes against the others, and texts."""

    share: float
    slowness: float
    texts: tuple[str, ...]


CATEGORIES = {
    "roads": Category(
        *(0.2, 1.6),
        (
            "Deep pothole near the crossing, two-wheelers fall every evening.",
            'Road dug up for a cable and left open. Board says "work in progress" since weeks.',
            "सड़क पर बड़ा गड्ढा है, बारिश में दिखाई नहीं देता।",
            "Main road पर गड्ढे हैं, please repair जल्दी करवाइए।",
        ),
    ),
    "garbage": Category(
        *(0.24, 0.5),
        (
            "Garbage not collected for five days, bins are overflowing.",
            "Waste is burnt behind the market at night, smoke everywhere.",
            "कचरा गाड़ी चार दिन से नहीं आई।",
            "Kachra vehicle नहीं आ रहा, बहुत smell है।",
        ),
    ),
    "water": Category(
        *(0.17, 0.7),
        (
            "No water supply since morning in the whole lane.",
            "Water is muddy and smells, children fell ill.",
            "नल में गंदा पानी आ रहा है।",
            "Water pressure बहुत कम है, दूसरी मंज़िल तक नहीं पहुंचता।",
        ),
    ),
    "drainage": Category(
        *(0.12, 1.1),
        (
            "Drain is choked; sewage runs on the street.",
            "Manhole cover is missing, very dangerous after dark.",
            "नाली जाम है, पानी घर में घुस रहा है।",
            "Drain cover टूटा है, accident हो सकता है।",
        ),
    ),
    "street_light": Category(
        *(0.13, 0.6),
        (
            "Four street lights in a row are off.",
            "Lights burn all day and are off at night.",
            "गली की बत्ती दस दिन से बंद है।",
            "Street light बंद है, ladies को रात में डर लगता है।",
        ),
    ),
    "stray_animals": Category(
        *(0.06, 1.3),
        (
            "Pack of stray dogs chases children near the school.",
            "Dead animal on the roadside, not removed.",
            "आवारा कुत्तों ने बच्चे को काटा।",
            "Stray cattle सड़क पर बैठे रहते हैं।",
        ),
    ),
    "encroachment": Category(
        *(0.05, 2.5),
        (
            "Footpath is blocked by a shop's goods.",
            "Parking on the public lane, ambulance cannot pass.",
            "फुटपाथ पर कब्ज़ा है, चलने की जगह नहीं।",
            "Footpath पर दुकान लगा ली है, action लीजिए।",
        ),
    ),
    "other": Category(
        *(0.03, 1.0),
        (
            "Birth certificate correction pending, office sends me from desk to desk.",
            "Public toilet is locked.",
            "पार्क का झूला टूटा है।",
            "Online form submit नहीं होता।",
        ),
    ),
}
_ENDINGS = (" Kindly look into it.", " Second complaint, no reply.", "\nPhoto attached.", " कृपया ध्यान दें।")
_PHONES = (" Please call {}.", " मेरा नंबर {} है।", " contact: {}")
_HOMES = (" I live at {}.", " मेरा पता: {}", " Address {}, please inform before visit.")


def details(category: str, phone: str, home: str, rng: np.random.Generator) -> tuple[str, str | None]:
    """A complaint's text and the personal value in it, if any: a telephone or an address, as written there."""
    texts = CATEGORIES[category].texts
    text = texts[rng.integers(len(texts))]
    chance = rng.random()
    if chance < 0.08:
        written = _as_written(phone, rng)
        return text + _PHONES[rng.integers(len(_PHONES))].format(written), written
    if chance < 0.14:
        return text + _HOMES[rng.integers(len(_HOMES))].format(home), home
    return (text + _ENDINGS[rng.integers(len(_ENDINGS))] if chance < 0.4 else text), None


def address(streets: list[Name], rng: np.random.Generator) -> str:
    """A home's address."""
    house, lane = rng.integers(1, 200), rng.integers(1, 20)
    return f"H.No. {house}/{lane}, {streets[rng.integers(len(streets))].latin} Lane {lane}"


def _as_written(phone: str, rng: np.random.Generator) -> str:
    return (phone, f"{phone[:5]} {phone[5:]}", f"+91 {phone}")[rng.integers(3)]

"""All datasets, searched and narrowed; every choice stands in the address."""

import streamlit as st

from portal import shell
from portal.public.cards import card, fits
from portal.public.visit import Visit

ANY = ""


def show(visit: Visit) -> None:
    """Draw the page."""
    words, release = visit.words, visit.release
    shell.block("title.html", words, title=words("data.title"), lead=words("data.lead"))
    cities = {name: words.pick(city["name"]) for name, city in release.cities.items()}
    entries = list(release.datasets.values())
    departments = {entry["department"]["id"]: words.pick(entry["department"]) for entry in entries}
    every = {ANY: words("data.any")}
    search, where, which, how = st.columns([2, 1, 1, 1])
    with search:
        asked = st.text_input(words("data.search"), key="q", bind="query-params", placeholder=words("data.placeholder"))
    with where:
        city = shell.choice(words("data.city"), "city", {**every, **cities})
    with which:
        department = shell.choice(words("data.department"), "department", {**every, **departments})
    with how:
        forms = {form: words(f"form.{form}") for form in sorted({entry["form"] for entry in entries})}
        form = shell.choice(words("data.form"), "form", {**every, **forms})
    found = [
        card(visit, entry, city or None)
        for entry in entries
        if fits(entry, asked or "")
        and (not city or entry["rows"].get(city))
        and department in (ANY, entry["department"]["id"])
        and form in (ANY, entry["form"])
    ]
    shell.block("data.html", words, cards=found, all=len(entries), clear=visit.link("/data"))

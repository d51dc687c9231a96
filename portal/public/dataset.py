"""A dataset: preview, map, course over time, and all that a reader needs to trust it."""

from datetime import date, datetime
from typing import Any

import streamlit as st

from portal import shell
from portal.pages import figures
from portal.public import statements
from portal.public.atlas import show_map
from portal.public.freshness import freshness
from portal.public.summaries import by_month, hides, wards
from portal.public.visit import Visit

PREVIEWED = 10


def show(visit: Visit) -> None:
    """Draw the page of the dataset that the address names."""
    entry = visit.release.datasets.get(st.query_params.get("id", ""))
    if entry is None:
        shell.state(visit.words, "missing", visit.link("/data"))
        return
    cities = [city for city in visit.release.cities if entry["rows"].get(city)]
    city = st.query_params.get("city", next(iter(cities), ""))
    city = city if city in cities else ""
    months = by_month(visit.release, entry, city) if city else []
    areas = wards(visit.release, entry, city) if city else []
    drawn = {
        "preview": True,
        "map": bool(areas),
        "chart": len([month for month, count in months if count is not None]) > 1,
    }
    duty = ("duty",) if entry["owner"] or entry["coordinator"] or entry["listing"] or entry["standards"] else ()
    rest = ("dictionary", "checks", *duty, "privacy", "downloads", "api", "cite")
    _head(visit, entry, cities, [part for part, there in drawn.items() if there] + list(rest))
    _choose(visit, cities)
    _preview(visit, entry, city)
    if drawn["map"]:
        show_map(visit, entry, city, areas)
    if drawn["chart"]:
        _chart(visit, entry, city, months)
    shell.block("dataset_rest.html", visit.words, entry=entry, **statements.values(visit, entry))


def _choose(visit: Visit, cities: list[str]) -> None:
    if len(cities) > 1:
        names = {city: visit.words.pick(visit.release.cities[city]["name"]) for city in cities}
        shell.choice(visit.words("dataset.city"), "city", names, width=320)


def _head(visit: Visit, entry: dict[str, Any], cities: list[str], parts: list[str]) -> None:
    until = max(entry["until"].values(), default=None)
    fictional = bool(cities) and all(visit.release.cities[city]["fictional"] for city in cities)
    today = datetime.now(figures.IST).date()
    shell.block(
        "dataset_head.html",
        visit.words,
        entry=entry,
        rows=sum(entry["rows"].values()),
        cities=[visit.words.pick(visit.release.cities[city]["name"]) for city in cities],
        until=until,
        # A city that lags behind is not hidden by one that does not.
        freshness=freshness(entry, min(entry["until"].values(), default=None), fictional, today, visit.words),
        parts=parts,
        home=visit.link("/"),
        all=visit.link("/data"),
    )


def _preview(visit: Visit, entry: dict[str, Any], city: str) -> None:
    words = visit.words
    shell.block("section.html", words, part="preview", text="")
    if not city:
        shell.block("state.html", words, **shell.state_values(words, "empty", visit.link("/data")))
        return
    page = visit.release.page(entry["table"], {"city": city}, PREVIEWED)
    columns = [column for column in page.columns if column not in ("city", "notice")]
    rows = [[dict(zip(page.columns, row, strict=True))[column] for column in columns] for row in page.rows]
    titles = {column["name"]: words.pick(column["title"]) for column in entry["columns"]}
    numeric = [
        any(isinstance(row[i], int | float) and not isinstance(row[i], bool) for row in rows)
        for i in range(len(columns))
    ]
    name = words.pick(visit.release.cities[city]["name"])
    shown, every = figures.number(len(rows), words.language), figures.number(page.total, words.language)
    caption = words("dataset.previewed", shown=shown, all=every, city=name)
    headed = [titles.get(column, statements.plain(words, column)) for column in columns]
    shell.table(words, caption, list(zip(headed, numeric, strict=True)), rows)


def _chart(visit: Visit, entry: dict[str, Any], city: str, months: list[tuple[date, int | None]]) -> None:
    words, language = visit.words, visit.words.language
    peak_month, peak = max(((month, count or 0) for month, count in months), key=lambda pair: pair[1])
    text = words(
        "dataset.chart.text",
        first=figures.month(months[0][0], language),
        last=figures.month(months[-1][0], language),
        total=figures.number(sum(count or 0 for _, count in months), language),
        peak=figures.number(peak, language),
        month=figures.month(peak_month, language),
    )
    if hides(visit.release, entry, city):
        text = f"{text} {words('dataset.partial')}"
    shell.block("section.html", words, part="chart", text=text)
    title = words(
        "dataset.chart.title",
        dataset=words.pick(entry["title"]),
        city=words.pick(visit.release.cities[city]["name"]),
    )
    labelled = [{"m": month.isoformat(), "c": count, "l": figures.month(month, language)} for month, count in months]
    spec = {
        "title": {"text": title, "anchor": "start", "fontSize": 15, "color": shell.palette().ink},
        "data": {"values": labelled},
        "encoding": {
            "x": {"field": "m", "type": "temporal", "title": None, "axis": {"format": "%m/%Y", "grid": False}},
            "y": {"field": "c", "type": "quantitative", "title": words(f"dataset.chart.value.{entry['form']}")},
            "tooltip": [
                {"field": "l", "title": words("dataset.chart.month")},
                {"field": "c", "type": "quantitative", "title": words("dataset.chart.count"), "format": ","},
            ],
        },
        "layer": [
            {"mark": {"type": "area", "opacity": 0.18, "interpolate": "monotone"}},
            {
                "mark": {
                    "type": "line",
                    "interpolate": "monotone",
                    "point": {"size": 28, "color": shell.palette().accent},
                }
            },
        ],
    }
    shell.chart(spec, 300, words("dataset.chart.alt", text=text))
    rows = [(figures.month(month, language), count) for month, count in reversed(months)]
    columns = [(words("dataset.chart.month"), False), (words("dataset.chart.count"), True)]
    shell.folded_table(words, words("dataset.chart.table"), columns, rows)

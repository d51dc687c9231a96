"""A city's card: its scores, its actions, the files that go with the round."""

from pathlib import Path
from typing import Any

from portal.public.maturity import card
from portal.public.maturity.files import offered
from tests.portal.kit import asking
from tests.portal.maturity.releases import FULL, NEW, links, look
from transforms.release.reader import Release, Shelf


def test_the_card_tells_the_scores_of_the_round(draw: Any, small: Path, release: Release):
    html, found = draw(small, "card", city=FULL), look(release)
    row = found.round.scores[FULL]
    for name in card.THREE:
        assert f"<dd>{found.number(row[name])}</dd>" in html
    assert {link["id"] for link in links(html, "/indicator")} == found.round.indicators.keys()
    sure = found.round.sensitivity[FULL, row["level"]]["share"]
    assert f"at level {row['level']} in {found.number(sure)} % of" in html
    assert [one["id"] for one in card.actions(found, FULL)] == [
        one["indicator_id"] for one in found.round.actions[FULL]
    ]


def test_files_are_offered_and_served_as_the_manifest_lists_them(small: Path, release: Release):
    found = offered(look(release), ["rubric.yaml", "results/scores.csv", "cards/nobody.pdf"], pack=True)
    assert [one["kind"] for one in found] == ["pack", "rubric", "scores"]
    with asking(Shelf(small)) as client:
        for one in found:
            answer = client.get(one["href"])
            assert (answer.status_code, len(answer.content)) == (200, one["bytes"])
            assert f"maturity-{NEW}" in answer.headers["Content-Disposition"]
        for lost in ("maturity/2026-H1/../../manifest.json", "maturity/2026-H1", "scores.csv", "maturity/%2e%2e/x"):
            assert client.get(f"/download/one/{lost}").status_code == 404

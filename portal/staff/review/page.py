"""The page Review desk: what cities declare and no reviewer has judged, the scores as they stand, and the rounds."""

from orchestration.project import Project
from orchestration.reviewing import Declaration, waiting
from orchestration.store.staff import Person
from portal import shell
from portal.pages.texts import Texts
from portal.staff.review import acting, behind, judging, scores, stock


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the page."""
    shell.block("title.html", words, title=words("review.title"), lead=words("review.lead"))
    acting.said(words)
    open_ = [one for one in waiting(project) if person.sees(one.city)]
    shell.block("facts.html", words, facts=_facts(project, open_, words))
    judging.show(project, person, open_, words)
    scores.show(project, person, words)
    stock.show(project, person, words)
    behind.show(project, person, words)


def _facts(project: Project, open_: list[Declaration], words: Texts) -> list[tuple[str, str]]:
    every = project.reviews.standing().values()
    counts = {
        "waiting": len(open_),
        "accepted": sum(one.decision == "accepted" for one in every),
        "returned": sum(one.decision == "returned" for one in every),
        "rounds": len(project.ledger.rounds.frozen()),
    }
    return [(words(f"review.fact.{name}"), str(count)) for name, count in counts.items()]

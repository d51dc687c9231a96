"""The Streamlit script of the staff app: login first, then the pages that one's roles open."""

import sys
from collections.abc import Callable

import streamlit as st

from data_contracts.faults import ContractFaults
from orchestration.project import Project, Settings
from orchestration.store.home import HomeBusy
from orchestration.store.keys import KeyFault
from orchestration.store.ledger import LedgerFault
from orchestration.store.releases import ReleaseFault
from orchestration.store.staff import Person, Right, StaffFault
from portal import shell
from portal.pages.texts import Texts
from portal.staff import desk, monday, new_dataset, privacy, signin
from portal.staff.footage import page as footage
from portal.staff.identity import Denied, who
from portal.staff.review import page as review

Show = Callable[[Project, Person, Texts], None]
PAGES: dict[str, tuple[str, Right, Show]] = {
    "/": ("monday", "see_monday", monday.show),
    "/footage": ("footage_desk", "see_footage", footage.show),
    "/new": ("new", "draft", new_dataset.show),
    "/privacy": ("findings", "see_privacy", privacy.show),
    "/releases": ("desk", "see_releases", desk.show),
    "/review": ("review", "see_reviews", review.show),
}


def main() -> None:
    """Draw the page of the address inside the staff frame."""
    words = shell.now_texts()
    shell.run({path: words(f"{name}.title") for path, (name, _, _) in PAGES.items()}, _draw)


def _draw(path: str) -> None:
    words = shell.now_texts()
    links = [
        shell.Link(words(f"{name}.title"), shell.address(where, lang=words.language), where == path)
        for where, (name, _, _) in PAGES.items()
    ]
    shell.masthead(words, words("frame.staff"), links, path, notice=False)
    if signin.development():
        shell.block(
            "note.html", words, label=words("staff.developmenttitle"), text=words("staff.developmenttext"), mood="warn"
        )
    try:
        _page(path, words)
    except StaffFault as fault:
        # It names a file of the server; who has no role yet is not told more than that.
        print(f"pravah: {fault}", file=sys.stderr)
        shell.state(words, "norole")
    shell.block("footer.html", words, release=None, published=None)


def _page(path: str, words: Texts) -> None:
    _, right, show = PAGES[path]
    project = _project(words)
    if project is None:
        return
    person = who(project, words)
    if isinstance(person, Denied):
        _denied(person, words)
        return
    if not signin.development():
        _signed_in(person, words)
    if not person.may(right):
        shell.state(words, "noright")
        return
    try:
        show(project, person, words)
    except (KeyFault, LedgerFault, ReleaseFault) as fault:
        shell.block("note.html", words, label=words("staff.fault"), text=str(fault), mood="bad")


def _project(words: Texts) -> Project | None:
    """The installation; None, with the reason in the log, where it cannot be opened."""
    try:
        return Project.open(Settings.read())
    except ContractFaults as faults:
        print(f"pravah: {faults.faults[0]}", file=sys.stderr)
    except (KeyFault, LedgerFault, HomeBusy) as fault:
        print(f"pravah: {fault}", file=sys.stderr)
    shell.state(words, "closed", shell.address("/", lang=words.language))
    return None


def _denied(denied: Denied, words: Texts) -> None:
    shell.state(words, denied.why)
    if denied.why == "signin":
        st.button(words("staff.login"), type="primary", on_click=st.login)
    elif not signin.development():
        st.button(words("staff.logout"), on_click=st.logout)


def _signed_in(person: Person, words: Texts) -> None:
    name, leave = st.columns([4, 1], vertical_alignment="center")
    with name:
        st.caption(words("staff.signedin", name=person.name, roles=", ".join(person.roles)))
    with leave:
        st.button(words("staff.logout"), on_click=st.logout, type="tertiary")


main()

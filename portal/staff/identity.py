"""Who sits before the screen: from a login that still holds, or chosen, in development."""

import time
from dataclasses import dataclass

import streamlit as st

from orchestration.project import Project
from orchestration.store.staff import Person, identity
from portal import shell
from portal.pages.texts import Texts
from portal.staff import signin

_TOLD = "login recorded in this session"


@dataclass(frozen=True)
class Denied:
    """Nobody is let in: `why` is a state's name in the texts (`signin`, `expired`, `norole`)."""

    why: str


def who(project: Project, words: Texts) -> Person | Denied:
    """The person of this session, recorded once as a login; or why there is none."""
    if signin.development():
        return _chosen(project, words)
    if not st.user.is_logged_in:
        return Denied("signin")
    # Streamlit's cookie lives for thirty days; the provider's word does not.
    if float(str(st.user.get("exp", 0))) <= time.time():
        return Denied("expired")
    email = str(st.user.get("email") or "")
    # A provider that lets people state an address without proof must not open the door with it.
    person = project.staff.person(email) if email and st.user.get("email_verified") is True else None
    _tell(project, email, person)
    return person or Denied("norole")


def _tell(project: Project, email: str, person: Person | None) -> None:
    """Record a login, or that it was refused, once a session."""
    action = "login" if person else "login refused"
    if st.session_state.get(_TOLD) != (email, action):
        project.audit.record(identity(email) or "nobody", action)
        st.session_state[_TOLD] = (email, action)


def _chosen(project: Project, words: Texts) -> Person | Denied:
    people = project.staff.people()
    if not people:
        return Denied("norole")
    names = {email: f"{person.name} ({', '.join(person.roles)})" for email, person in people.items()}
    person = people[shell.choice(words("staff.development"), "as", names, width=420)]
    _tell(project, person.email, person)
    return person

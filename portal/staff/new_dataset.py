"""New dataset: a draft contract from a sample file, with its first rows and what looks like personal data."""

import streamlit as st

from orchestration.drafting import UPLOAD_MB, draft_as
from orchestration.project import Project
from orchestration.store.home import HomeBusy
from orchestration.store.staff import NotPermitted, Person
from portal import shell
from portal.pages import figures
from portal.pages.texts import Texts
from transforms.drafting.draft import Draft
from transforms.drafting.guess import DraftFault

# One session's last draft, with the file and the department that it is of.
_MADE = "the draft made last"
_NONE = ""


def show(project: Project, person: Person, words: Texts) -> None:
    """Draw the page."""
    shell.block("title.html", words, title=words("new.title"), lead=words("new.lead"))
    departments = {
        name: words.pick({"en": one.title, "hi": one.title_hi}) for name, one in project.catalogue.departments.items()
    }
    department = shell.choice(words("new.department"), "department", {_NONE: words("new.other"), **departments}, 320)
    size = figures.number(UPLOAD_MB, words.language)
    sample = st.file_uploader(words("new.file", size=size), help=words("new.filehelp"), key="sample")
    if sample is None:
        st.session_state.pop(_MADE, None)
        return
    wanted = (sample.file_id, department)
    if st.session_state.get(_MADE, (None,))[0] != wanted:
        with st.spinner(words("new.busy")):
            made = _made(project, person, sample.getvalue(), sample.name, department or None, words)
        st.session_state[_MADE] = (wanted, made)
    made = st.session_state[_MADE][1]
    if isinstance(made, Draft):
        _draft(made, words)
    else:
        shell.block("note.html", words, label=words("new.refused"), text=made, mood="bad")


def _made(
    project: Project, person: Person, content: bytes, file: str, department: str | None, words: Texts
) -> Draft | str:
    """The draft, or why there is none."""
    try:
        return draft_as(project, person.email, content, file, department)
    except HomeBusy:
        return words("desk.busy")
    except (DraftFault, NotPermitted) as fault:
        return str(fault)


def _draft(made: Draft, words: Texts) -> None:
    facts = {"columns": len(made.table_preview.columns), "personal": len(made.findings), "todos": made.todos}
    shown = [(words(f"new.fact.{name}"), figures.number(count, words.language)) for name, count in facts.items()]
    shell.block("facts.html", words, facts=shown)
    shell.block("note.html", words, label=words("new.next"), text=words("new.nexttext"), mood="")
    if made.findings:
        columns = [(words(f"new.column.{name}"), False) for name in ("column", "kind", "why")]
        shell.table(words, words("new.findings"), columns, _findings(made, words))
    shell.block("note.html", words, label=words("new.restricted"), text=words("new.restrictedtext"), mood="warn")
    preview = made.table_preview
    shell.table(words, words("new.preview"), [(name, False) for name in preview.columns], preview.rows)
    shell.block("section.html", words, part="draft", text=words("new.yaml"))
    st.download_button(words("new.download"), made.yaml, f"{made.name}.odcs.yaml", "application/yaml", type="primary")
    st.code(made.yaml, language="yaml", wrap_lines=True)


def _findings(made: Draft, words: Texts) -> list[list[str]]:
    return [
        [
            finding.column,
            words(f"new.kind.{finding.kind}"),
            words(
                f"new.by.{finding.by}",
                count=figures.number(finding.count, words.language),
                of=figures.number(finding.of, words.language),
            ),
        ]
        for finding in made.findings
    ]

"""What the Monday page shows of a file that no longer fits its contract."""

import pytest

from portal.pages.html import render
from portal.pages.texts import LANGUAGES, texts

ROW = {
    "title": "Lamps",
    "tags": [],
    "waiting": [],
    "rules": [],
    "unknown": [("line 1, column 6", "<script>Remarks")],
    "proposed": ["# if this is its new name\n- name: ward_no\n"],
    "repaired": [("ward_no.trim", "1,234")],
    "cells": "1,234",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_strangers_proposals_and_repairs_are_shown_and_escaped(language: str):
    words = texts(language)
    page = render("desk.html", words, title="Works", rows=[ROW], part="works", call="")
    assert "line 1, column 6: <code>&lt;script&gt;Remarks</code>" in page
    assert '<pre tabindex="0"><code># if this is its new name\n- name: ward_no\n</code></pre>' in page
    assert words("monday.proposed") in page
    assert "<code>ward_no.trim</code>" in page and words("monday.repaired", cells="1,234") in page
    empty = {**ROW, "unknown": [], "proposed": [], "repaired": []}
    assert "<details" not in render("desk.html", words, title="Works", rows=[empty], part="works", call="")

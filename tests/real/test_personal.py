"""The India pack on labelled texts that nobody wrote for it."""

import json
from collections import defaultdict

import pytest

from tests.conftest import SHARED
from transforms.privacy.pack.batch import recognise

LABELLED = SHARED / "pii"
pytestmark = pytest.mark.skipif(not LABELLED.exists(), reason="the labelled texts are not here")


def test_mail_and_network_addresses_are_all_found():
    texts = json.loads((LABELLED / "presidio_research/generated_small.json").read_text(encoding="utf-8"))
    found = defaultdict(set)
    for finding in recognise([text["full_text"] for text in texts]).to_pylist():
        found[finding["row"]].add((finding["entity"], finding["start"], finding["end"]))
    wanted = {
        (row, span["entity_type"], span["start_position"], span["end_position"])
        for row, text in enumerate(texts)
        for span in text["spans"]
        if span["entity_type"] in ("EMAIL_ADDRESS", "IP_ADDRESS")
    }
    assert wanted
    assert {place for place in wanted if place[1:] not in found[place[0]]} == set()


def test_mail_addresses_of_reports_are_all_found():
    texts = json.loads((LABELLED / "nannigalaxy/pii_syn_nano_en.json").read_text(encoding="utf-8"))
    found = defaultdict(set)
    for finding in recognise([text["text"] for text in texts]).to_pylist():
        found[finding["row"]].add(texts[finding["row"]]["text"][finding["start"] : finding["end"]])
    missed = [
        row
        for row, text in enumerate(texts)
        for label in text["NER"]
        # Some labels hold what is not in their text.
        if label["label"] == "EMAIL" and (mail := label["entity"].strip("*")) in text["text"] and mail not in found[row]
    ]
    assert missed == []


def test_hindi_sentences_free_of_numbers_of_persons_give_no_finding():
    lines = (LABELLED / "il_ner/Hindi-dev.txt").read_text(encoding="utf-8").split("\n\n")
    sentences = [" ".join(line.split("\t")[0] for line in part.splitlines()) for part in lines]
    assert len(sentences) > 1000
    assert recognise(sentences).num_rows == 0

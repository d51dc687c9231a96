"""Both paths of the pack, Presidio's and the batch engine's, find the same; and the laws that findings keep."""

import json
import random
import time
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import personal_kit as kit
from transforms.privacy.pack.batch import recognise
from transforms.privacy.pack.presidio import analyzer
from transforms.privacy.pack.words import words_of

Finding = tuple[int, str, int, int, float]


def batch(texts: Sequence[str | None], threshold: float = 0.4, **options: object) -> list[Finding]:
    return [tuple(row.values()) for row in recognise(texts, threshold=threshold, **options).to_pylist()]


def one_by_one(texts: Sequence[str], threshold: float, context: list[str] | None = None) -> list[Finding]:
    """What Presidio says of each text, in the order of the batch engine."""
    engine = analyzer()
    found = [
        (row, result.entity_type, result.start, result.end, float(result.score))
        for row, text in enumerate(texts)
        for result in engine.analyze(text, language="en", score_threshold=threshold, context=context)
    ]
    return sorted(found, key=lambda finding: (finding[0], finding[2], finding[3], finding[1]))


def made(seed: int, count: int) -> list[str]:
    """Texts with personal data, without, and without sense; about half of them are not ASCII."""
    chance = random.Random(seed)
    makers = [lambda: kit.soup(chance), lambda: kit.soup(chance), lambda: kit.short(chance), lambda: kit.plain(chance)]
    return [makers[number % len(makers)]() for number in range(count)]


@pytest.mark.parametrize(("threshold", "count"), [(0.4, 40_000), (0, 10_000)])
def test_both_paths_find_the_same(threshold, count):
    texts = made(count, count)
    assert sum(not text.isascii() for text in texts) > count / 4
    found = batch(texts, threshold)
    assert len({entity for _, entity, *_ in found}) == len(kit.MAKERS)
    assert found == one_by_one(texts, threshold)


@pytest.mark.parametrize("context", ["aadhaar", "order no", "मोबाइल", "A/c No."])
def test_both_paths_take_the_same_context_from_outside(context):
    texts = made(5, 500)
    assert batch(texts, 0, context=context) == one_by_one(texts, 0, [word.decode() for word in words_of(context)])


def test_without_hyperscan_the_findings_are_the_same():
    texts = made(1, 20_000)
    assert batch(texts, accelerated=False) == batch(texts)


@pytest.mark.parametrize("size", [1, 40, 700])
def test_a_column_in_parts_gives_what_the_whole_does(size):
    texts = made(2, 2_000)
    parts = [
        (first + row, *rest)
        for first in range(0, len(texts), size)
        for row, *rest in batch(texts[first : first + size], 0)
    ]
    assert parts == batch(texts, 0)


@settings(deadline=None, max_examples=50)
@given(st.randoms(use_true_random=False), st.integers(0, 1000))
def test_permuted_rows_give_permuted_findings(chance, seed):
    texts = made(seed, 30)
    order = chance.sample(range(30), 30)
    moved = {(order[row], *rest) for row, *rest in batch([texts[row] for row in order])}
    assert moved == set(batch(texts))


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 1000), st.sampled_from(["", ". ", "सड़क. ", "\u200b; ", "\U0001f6b0 | ", "ﬁ; ", "½; "]))
def test_text_that_says_nothing_shifts_the_offsets(seed, before):
    texts = made(seed, 30)
    moved = batch([f"{before};\n{text}\n; ." for text in texts])
    shift = len(before) + 2
    assert moved == [
        (row, entity, start + shift, end + shift, score) for row, entity, start, end, score in batch(texts)
    ]


def test_columns_of_every_kind_are_read_alike():
    texts = ["call 9876543210", None, "", "मोबाइल ९८७६५४३२१०"]
    found = batch(texts)
    assert [(row, start, end) for row, _, start, end, _ in found] == [(0, 5, 15), (3, 7, 17)]
    columns = [pa.array(texts), pa.chunked_array([texts[:2], texts[2:]]), pd.Series(texts), pa.array(texts)[0:]]
    assert all(batch(column) == found for column in columns)
    assert batch(pa.array(["x", *texts]).slice(1)) == found
    assert batch([]) == batch([None]) == []


def test_what_no_encoding_holds_is_read_over():
    texts = ["\ud800 9876543210", "98765\u202e43210 \udfff", "call\0 9876543210\0"]
    assert batch(texts, 0) == one_by_one(texts, 0)
    assert {row for row, *_ in batch(texts)} == {0, 1, 2}


HOSTILE = [
    "9", "1 ", "12-", "a", "a.", "a@", "@a", "a@a.", "0.", "9 9.", ":", "f:", "ab-", "ka01", "ka 01 ", "12/", "(0",
    "+91 ", "aadhaar ", "a/c ", "9876543210,", "2341 ", "\u200b", "९", "ﷺ", "a9", "9a", "[at]", "x@x.x", "of 20", ". ",
    "🄂", "9876543210\u200b, ", "½ 9876543210, ", "a@b.in ½", "call ९८७६५४३२१०।",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_no_faster_than_the_text(piece):
    """Eight times the text may take sixteen times as long; what backtracks or looks back takes sixty-four."""

    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            recognise([text], threshold=0)
            best = min(best, time.process_time() - start)
        return best

    seconds(1000)
    assert seconds(160_000) < 16 * max(seconds(20_000), 0.02)


# Signs that rules look for, and some that they do not.
ALPHABET = [
    *"0123456789aefghnpvz@.-/:,;()[] _+\n\t",
    "₹",
    "९",
    "௯",
    "आ",
    "ﷺ",
    "\u200b",
    "\u202e",
    "a/c",
    "dl",
    "lon",
    "at",
]
# A sign takes about a microsecond; where a rule backtracks it takes thousands.
MOST_MICROSECONDS = 30


def test_no_piece_of_text_takes_long_to_read():
    """Pieces of any signs, repeated: what a rule that backtracks would choke on, found by chance."""
    chance = random.Random(17)
    for _ in range(300):
        piece = "".join(chance.choices(ALPHABET, k=chance.randint(1, 8)))
        text = (piece * (10_000 // len(piece)))[:10_000]
        start = time.process_time()
        recognise([text], threshold=0)
        spent = time.process_time() - start
        assert spent * 1e6 < MOST_MICROSECONDS * len(text), piece


@pytest.mark.parametrize("script", ["devanagari", "bengali", "tamil", "telugu"])
@pytest.mark.parametrize("hidden", ["\u200b", "\u200f", "\u202e", "\u2067", "\ufeff"])
def test_signs_that_are_not_seen_hide_no_number_in_any_script(script, hidden):
    for value in ("9876543210", "2341 2341 2346"):
        number = kit.other_digits(hidden.join(value), script)
        (found,) = batch([f"है {number}{hidden} से"])
        assert found[2:4] == (3, 3 + len(number)), value
        assert one_by_one([f"है {number}{hidden} से"], 0.4) == [found]


def test_json_in_a_column_is_read_under_its_keys():
    told = {
        "complaint": {"by": {"mobile": 9876543210, "ids": [{"aadhaar_no": "234123412346"}, {"order_no": "9812345678"}]}}
    }
    texts = [json.dumps(told), json.dumps(told, separators=(",", ":")), json.dumps(told, indent=1), json.dumps([told])]
    for text in texts:
        found = [(entity, text[start:end]) for _, entity, start, end, _ in batch([text])]
        assert found == [("PHONE_NUMBER", "9876543210"), ("IN_AADHAAR", "234123412346")]
    assert batch(texts, 0) == one_by_one(texts, 0)


def test_ten_megabytes_in_a_cell():
    text = "pothole on the road " * 500_000 + "call 9876543210"
    found = batch([text, "call 9876543210"])
    assert found == [(0, "PHONE_NUMBER", len(text) - 10, len(text), 0.85), (1, "PHONE_NUMBER", 5, 15, 0.85)]

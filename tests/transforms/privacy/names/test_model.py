"""The model for names: its figures on texts it has never seen, its training, and its weights."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import SHARED
from tests.transforms.privacy.names.measure import KIT, Labelled, figures, il_ner, nobody, people
from transforms.privacy.names import weights
from transforms.privacy.names.features import traits
from transforms.privacy.names.find import find
from transforms.privacy.names.gazetteer import lists, plain, read
from transforms.privacy.names.generate import samples
from transforms.privacy.names.model import Model
from transforms.privacy.names.tokens import cut
from transforms.privacy.names.train import attributes, train
from transforms.privacy.names.weights import LABELS, SCALE, Weights, WeightsFault

PII = SHARED / "pii"
COUNT = 1200
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def small() -> Weights:
    """Learnt from few texts, for what does not hang on how good it is."""
    return train(seed=3, count=300, rounds=10)


def test_names_to_measure_with_are_in_no_list():
    known = lists()
    for kind in ("english_given", "english_surnames", "hindi_given", "hindi_surnames"):
        words = set(map(plain, KIT[kind].split()))
        assert len(words) > 60
        assert not words & (known.given | known.surnames), kind


def test_texts_to_measure_with_are_of_other_templates():
    told = read("templates")
    for language in ("english", "hindi"):
        assert not set(KIT[language]) - {"{full}"} & {*told[language]["people"], *told[language]["plain"]}


@pytest.mark.parametrize("case", ["title", "lower", "upper"])
def test_english_names_of_no_list_are_found(case: str):
    found = figures(people("english", case, COUNT, 11))
    assert found.recall >= 0.95, found
    assert found.covered >= 0.93, found
    assert found.f2 >= 0.90, found


def test_hindi_names_of_no_list_are_found():
    found = figures(people("hindi", "title", COUNT, 11))
    assert found.recall >= 0.95, found
    assert found.covered >= 0.93, found
    assert found.f2 >= 0.90, found


@pytest.mark.parametrize(("kind", "most"), [("nobody", 10), ("namesakes", 110)])
def test_where_nobody_is_named_little_is_found(kind: str, most: int):
    """`most` findings in a thousand texts. Places and brands called after people are told apart least well."""
    assert find(nobody(2000, 12, kind)).num_rows / 2 <= most


def test_the_same_seed_gives_the_same_bytes(small: Weights, tmp_path: Path):
    small.write(tmp_path / "one")
    train(seed=3, count=300, rounds=10).write(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert train(seed=4, count=300, rounds=10) != small


def test_weights_are_read_as_they_were_written(small: Weights, tmp_path: Path):
    small.write(tmp_path / "weights")
    assert weights.read(tmp_path / "weights") == small


def test_the_weights_that_are_kept_are_small():
    assert weights.WEIGHTS.stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("text", [None, "", "what is this", "lean\t0\n", "\tk=comma\t1\t2\nlean\t0\n"])
def test_damaged_weights_are_a_fault_of_one_line(tmp_path: Path, text: str | None):
    file = tmp_path / "weights"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(WeightsFault, match=f"^{file}: cannot be read .* make names$"):
        weights.read(file)


def test_probabilities_are_those_of_crfsuite(tmp_path: Path):
    """The sums that are worked out for whole columns are the tagger's own, but for what rounding takes off."""
    pycrfsuite = pytest.importorskip("pycrfsuite")
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"max_iterations": 15, "feature.possible_transitions": True})
    texts = [sample.text for sample in samples(5, 120)]
    lines = [attributes([traits(word) for word in _words(text)]) for text in texts]
    for number, line in enumerate(lines):
        trainer.append(line, [LABELS[(place + number) % 3] for place in range(len(line))])
    trainer.train(str(tmp_path / "model"))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(tmp_path / "model"))
    told = tagger.info()
    ours = Model(dataclasses.replace(Weights.rounded(told.state_features, told.transitions, (0, 0, 0))))
    expected = []
    for line in lines:
        tagger.set(line)
        expected += [1 - tagger.marginal(LABELS[0], place) for place in range(len(line))]
    assert np.abs(ours.probabilities(cut(texts)) - expected).max() < 30 / SCALE


def _words(text: str) -> list[str]:
    tokens = cut([text])
    return [tokens.words[number] for number in tokens.word]


@pytest.mark.skipif(not PII.exists(), reason="the shared labelled texts are not here")
def test_names_in_real_hindi_texts():
    assert figures(il_ner(PII / "il_ner" / "Hindi-dev.txt")).recall >= 0.80


@pytest.mark.skipif(not PII.exists(), reason="the shared labelled texts are not here")
def test_names_in_texts_that_others_made():
    texts = [
        Labelled(text["full_text"], [(s["start_position"], s["end_position"]) for s in text["spans"] if _person(s)])
        for text in json.loads((PII / "presidio_research" / "generated_small.json").read_text(encoding="utf-8"))
    ]
    assert figures(texts).recall >= 0.85


def _person(span: dict) -> bool:
    return span["entity_type"] == "PERSON"

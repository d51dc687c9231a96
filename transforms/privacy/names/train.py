"""Trains the model for names on texts it makes itself, and writes its weights as a text file.

    python -m transforms.privacy.names.train [--seed N] [--out FILE]

The same seed gives the same bytes. Takes a minute or two and needs python-crfsuite, which nothing else does.
"""

import argparse
import random
import tempfile
from pathlib import Path

from transforms.privacy.names import features
from transforms.privacy.names.features import EDGE, REACH, Traits
from transforms.privacy.names.gazetteer import Known, plain, role
from transforms.privacy.names.generate import Sample, samples
from transforms.privacy.names.tokens import Tokens, cut
from transforms.privacy.names.weights import LABELS, WEIGHTS, Weights, prefix

SEED, COUNT, ROUNDS = 7, 48_000, 100
# How often a listed word of no name is taken for unknown: as real texts have them, most in small letters.
_UNKNOWN, _UNKNOWN_LARGE = 0.05, 0.03
# How many of the names that no list knows may be spelt like one that it knows.
_NEARLY = 0.5
# How far the model leans to names: at a word that may be one, at a word that the lists know as none beside one that may
# be, and at other words that they know as none.
_LEAN = 3.1, 0.7, -1.0
# The prices of a weight: the first leaves most of them at none, the second keeps the others small.
_L1, _L2 = 0.2, 0.03


def train(seed: int = SEED, count: int = COUNT, rounds: int = ROUNDS) -> Weights:
    """Weights learnt from `count` texts in at most `rounds` rounds."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": _L1, "c2": _L2, "max_iterations": rounds, "feature.possible_transitions": True})
    texts = samples(seed, count)
    tokens = cut([text.text for text in texts])
    chance = random.Random(seed)  # noqa: S311
    bounds = [0] * (len(texts) + 1)
    for text in tokens.text.tolist():
        bounds[text + 1] += 1
    for number, text in enumerate(texts):
        bounds[number + 1] += bounds[number]
        these = range(bounds[number], bounds[number + 1])
        trainer.append(attributes(_traits(text, tokens, these, chance)), _labels(text, tokens, these))
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "model")
        trainer.train(file)
        tagger = pycrfsuite.Tagger()
        tagger.open(file)
        told = tagger.info()
        tagger.close()
    return Weights.rounded(told.state_features, told.transitions, _LEAN)


def attributes(words: list[Traits]) -> list[list[str]]:
    """For each token of a text all that counts for it, in the form that the trainer takes."""
    case = features.case([it.shape for it in words if it.kind != "initial"])
    edge = Traits(EDGE, "other", (), (f"k={EDGE}",))
    padded = [edge, edge, *words, edge, edge]
    lines = []
    for place, it in enumerate(words, start=2):
        before, behind = padded[place - 1].kind, padded[place + 1].kind
        line = [*(prefix(0) + own for own in it.own), features.in_place(case, features.begins(before), it)]
        line += features.row(before, it.kind, behind)
        line += [prefix(reach) + near for reach in REACH for near in padded[place + reach].near]
        lines.append(line)
    return lines


def _traits(text: Sample, tokens: Tokens, these: range, chance: random.Random) -> list[Traits]:
    found = []
    for token in these:
        word, start = tokens.words[tokens.word[token]], int(tokens.start[token])
        is_name = any(begin <= start < end for begin, end in text.spans)
        known: Known = "fully"
        rate = _UNKNOWN if word.islower() or not word.isascii() else _UNKNOWN_LARGE
        if word.lower() in text.strange:
            known = "nearly" if chance.random() < _NEARLY else "not"
        elif not is_name and role(plain(word)) == "common" and chance.random() < rate:
            known = "nearly"
        found.append(features.traits(word, known=known))
    return found


def _labels(text: Sample, tokens: Tokens, these: range) -> list[str]:
    labels = []
    for token in these:
        start = int(tokens.start[token])
        inside = next(((begin, end) for begin, end in text.spans if begin <= start < end), None)
        labels.append(LABELS[0] if inside is None else LABELS[1] if start == inside[0] else LABELS[2])
    return labels


def _main() -> None:
    parser = argparse.ArgumentParser(description="Train the model for names.")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, other training texts")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where to write the weights")
    asked = parser.parse_args()
    weights = train(asked.seed)
    weights.write(asked.out)
    print(f"{asked.out}: {len(weights.states)} traits, {asked.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    _main()

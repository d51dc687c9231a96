"""The weights of the model: for each trait what it says for each label, and for each label what may follow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Not a name, its first token, a further one.
LABELS = ("O", "B", "I")
WEIGHTS = Path(__file__).with_name("weights.tsv")
SCALE = 1000
_NEXT, _LEAN = "next", "lean"


class WeightsFault(Exception):
    """The weights cannot be read; nothing may be published without them."""


def prefix(reach: int) -> str:
    """How traits of a word so far away are told from others."""
    return f"{reach:+d}" if reach else ""


@dataclass(frozen=True)
class Weights:
    """Whole thousandths, so that the file is small and the same on all machines that learnt the same."""

    states: dict[str, tuple[int, ...]]
    transitions: dict[str, tuple[int, ...]]
    # Added to both labels of names, as a name that is missed costs more than a word that is hidden: for a word that may
    # be one; for a word that the lists know as none beside one like a name; for other words that they know as none.
    lean: tuple[int, ...]

    @classmethod
    def rounded(
        cls,
        states: Mapping[tuple[str, str], float],
        transitions: Mapping[tuple[str, str], float],
        lean: tuple[float, float, float],
    ) -> "Weights":
        """From CRFsuite's weights by (trait, label) and (label, label), and how far to lean to names."""
        table = {trait: tuple(_whole(states.get((trait, label), 0)) for label in LABELS) for trait, _ in states}
        follows = {one: tuple(_whole(transitions.get((one, other), 0)) for other in LABELS) for one in LABELS}
        return cls({trait: row for trait, row in sorted(table.items()) if any(row)}, follows, tuple(map(_whole, lean)))

    def write(self, file: Path) -> None:
        """One line for each trait: its name and a weight for each label."""
        rows = [(f"{_NEXT}\t{one}", row) for one, row in self.transitions.items()]
        rows += [(f"\t{trait}", row) for trait, row in self.states.items()]
        rows.append((_LEAN, self.lean))
        lines = ["\t".join([name, *map(str, row)]) for name, row in rows]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


@cache
def read(file: Path = WEIGHTS) -> Weights:
    """Read weights. Raises WeightsFault where they are missing or damaged."""
    try:
        rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
        states = {name: _row(row) for place, name, *row in rows[:-1] if place != _NEXT}
        transitions = {name: _row(row) for place, name, *row in rows[:-1] if place == _NEXT}
        return Weights(states, {label: transitions[label] for label in LABELS}, _row(rows[-1][1:]))
    except (OSError, ValueError, LookupError) as error:
        raise WeightsFault(f"{file}: cannot be read ({type(error).__name__}); make it anew with make names") from None


def _row(told: list[str]) -> tuple[int, ...]:
    one, two, three = map(int, told)
    return one, two, three


def _whole(weight: float) -> int:
    return round(weight * SCALE)


def scale(row: tuple[int, ...]) -> list[float]:
    """Weights as the model adds them up."""
    return [weight / SCALE for weight in row]

"""What a city's next level takes, and which of it is there."""

from dataclasses import dataclass

from portal.public.maturity.rounds import Round


@dataclass(frozen=True)
class Gate:
    """A figure that must be reached, in per cent: the strict score, a dimension's, or the share of evidence."""

    name: str
    dimension: str | None
    needed: float
    here: float | None

    @property
    def open(self) -> bool:
        """Whether it is reached; a dimension that does not apply to the city holds nothing."""
        return self.dimension is not None if self.here is None else self.here >= self.needed


def gates(round_: Round, city: str) -> tuple[int | None, list[Gate]]:
    """The next level and its gates; none where the city is at the highest."""
    score = round_.scores[city]
    number = score["level"] + 1
    following = round_.levels.get(number)
    if following is None:
        return None, []
    below = round_.levels.get(number - 1)
    each = [
        Gate("dimension", name, below["strict"], round_.of_dimensions[city, name]["strict"])
        for name in round_.dimensions
        if below
    ]
    share = Gate("share", None, following["share"], score["evidence_share"])
    return number, [Gate("strict", None, following["strict"], score["strict"]), *each, share]

"""Lists of people given at call time, such as a city's officers: whose full name stands in a text is found for sure."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from transforms.privacy.names.gazetteer import lists, plain
from transforms.privacy.names.tokens import Places, Tokens, cut

# Between the words of a name, an initial's dot or a line break in a sheet.
_LOOSE = frozenset(".-\n")


class Staff:
    """Names by their words: as given, the surname first, and with initials for all but the last."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        words = [tuple(_words(name)) for name in names]
        for name in words:
            for form in _forms(name):
                self._by_first.setdefault(form[0], set()).add(form)
        roles = lists().roles
        self.words = frozenset(word for name in words for word in name if len(word) > 1 and word not in roles)

    def found(self, tokens: Tokens) -> list[tuple[int, int]]:
        """First and last token of each name."""
        if not self._by_first:
            return []
        plains = [plain(word) for word in tokens.words]
        firsts = np.array([word in self._by_first for word in plains], bool)
        spans = []
        for place in np.flatnonzero(firsts[tokens.word]).tolist():
            for form in self._by_first[plains[tokens.word[place]]]:
                last = _last(form, place, tokens.word, tokens.text, plains)
                if last is not None:
                    spans.append((place, last))
        return spans


@lru_cache(maxsize=8)
def staff(names: tuple[str, ...]) -> Staff:
    """The list of these names; the last few are kept."""
    return Staff(names)


def _last(form: tuple[str, ...], place: int, word: Places, text: Places, plains: list[str]) -> int | None:
    """Where a name ends that begins at a token; None where it does not stand there."""
    at = place
    for part in form[1:]:
        at += 1
        while at < len(word) and plains[word[at]] in _LOOSE:
            at += 1
        if at >= len(word) or text[at] != text[place] or plains[word[at]] != part:
            return None
    return at


def _words(name: str) -> list[str]:
    """The words of a name, without titles and signs."""
    words = [plain(word) for word in cut([name]).words if word[0].isalpha()]
    return [word for word in words if lists().roles.get(word) != "honorifics"] or words


def _forms(name: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Of two words and more; one alone is told by what stands around it."""
    if len(name) < 2:
        return set()
    initials = tuple(word[0] for word in name[:-1])
    short = {(name[0], name[-1]), (name[-1], name[0]), (initials[0], name[-1]), (*initials, name[-1])}
    return {name, (name[-1], *name[:-1]), *short}

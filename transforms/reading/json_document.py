"""A JSON document of any length, read in pieces by Python's own scanner."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn, TextIO

from transforms.reading.held import Held

# Pieces and what is made of them fit the processor's cache: in larger ones the same takes a quarter longer.
PIECE = 1 << 18
# A value that is not yet read to its end is kept whole.
VALUE_LENGTH = 1 << 26
# What the scanner must have before it to tell a word or an escape from a mistake.
_WORD = 16
_SPACE = re.compile(r"[ \t\n\r]*")


def _no_constant(word: str) -> NoReturn:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(word)


# A number is the bytes by which it is written: none of its digits is lost, and it is not taken for a text.
_decoder: Any = json.JSONDecoder(parse_float=str.encode, parse_int=str.encode, parse_constant=_no_constant)
scan = _decoder.scan_once


def _number(digits: bytes) -> int | float:
    return int(digits) if digits.lstrip(b"-").isdigit() else float(digits)


# A scanned value as JSON.
written = json.JSONEncoder(ensure_ascii=False, default=_number).encode


class Document:
    """A document, and how far it is read.

    Every way of reading on raises ValueError where it is not well-formed, and Held at a value without end.
    """

    def __init__(self, file: TextIO):
        self.file, self.text, self.at = file, "", 0
        self.fresh = False

    def at_end(self) -> bool:
        """Whether nothing but white space follows."""
        return not self._next()

    def values_at(self, path: Sequence[str]) -> Iterator[None]:
        """Stops before each value to which the keys lead, which is to be read then; all others are read over."""
        if not path:
            yield
            return
        for key in self.members():
            if key == path[0]:
                yield from self.values_at(path[1:])
            else:
                self.skip()

    def skip(self) -> None:
        """Read over a value."""
        match self._next():
            case "[":
                for _ in self.items():
                    pass
            case "{":
                for _ in self.members():
                    self.skip()
            case _:
                self.value()

    def members(self) -> Iterator[str]:
        """The keys of an object; the value is to be read after each. None where another value stands, read over."""
        if self._next() != "{":
            self.skip()
            return
        self.at += 1
        more = not self._closed("}")
        while more:
            if self._next() != '"':
                raise ValueError
            key = str(self.value())
            self._take(":")
            yield key
            more = self._goes_on("}")

    def items(self) -> Iterator[list[Any]]:
        """The items of an array, many at a time. None where another value stands, read over."""
        if self._next() != "[":
            self.skip()
            return
        self.at += 1
        more = not self._closed("]")
        while more:
            yield [self.value()]
            more = self._goes_on("]")
            while more and (items := self._many()):
                yield items
                more = self._goes_on("]")

    def value(self) -> Any:
        """The next value."""
        self._next()
        while True:
            try:
                value, end = scan(self.text, self.at)
            except (StopIteration, ValueError) as error:
                place = getattr(error, "pos", getattr(error, "value", 0))
                cut = place + _WORD > len(self.text) or str(error).startswith("Unterminated")
                if not (cut and self._read_on()):
                    raise ValueError from None
                continue
            # A number may go on in the next piece, as 1e+ does.
            if end + 2 < len(self.text) or not self._read_on():
                self.at = end
                return value

    def _many(self) -> list[Any]:
        """The items that are read whole, up to one that begins as the next one does; none where that misleads.

        What is a list of values once it stands in brackets ends where an item does. Tried once in each piece.
        """
        comma = self.at - 1
        self._next()
        colon = self.text.find(":", self.at) if self.fresh else -1
        self.fresh = False
        last = self.text.rfind(self.text[comma : colon + 1], self.at) if colon > 0 else -1
        if last <= self.at:
            return []
        bracketed = f"[{self.text[self.at : last]}]"
        try:
            found, end = scan(bracketed, 0)
        except (StopIteration, ValueError):
            return []
        # One that closes earlier has the end of the array in it, and what stands behind that.
        if end < len(bracketed):
            return []
        self.at = last
        return list(found)

    def _next(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text) or not self._read_on():
                return self.text[self.at : self.at + 1]

    def _closed(self, mark: str) -> bool:
        closed = self._next() == mark
        self.at += closed
        return closed

    def _goes_on(self, mark: str) -> bool:
        """Whether another item follows, not the mark that closes them."""
        if self._closed(mark):
            return False
        self._take(",")
        return True

    def _take(self, mark: str) -> None:
        if self._next() != mark:
            raise ValueError
        self.at += 1

    def _read_on(self) -> bool:
        """Read another piece, as long as what is kept; whether there was any."""
        kept = self.text[self.at :]
        if len(kept) > VALUE_LENGTH:
            remedy = "check `records` in the contract, or ask for smaller records"
            raise Held("json.size", "a value", f"is longer than {VALUE_LENGTH >> 20} Mi characters", remedy)
        piece = self.file.read(max(PIECE, len(kept)))
        if piece:
            self.text, self.at, self.fresh = kept + piece, 0, True
        return bool(piece)

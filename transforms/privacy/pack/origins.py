"""The way back from folded, joined texts to the originals."""

import numpy as np
import pyarrow as pa

from transforms.privacy.pack.column import Block, Joined, edged
from transforms.privacy.pack.folding import code_points, folded_bytes
from transforms.privacy.pack.matches import Places, distinct


class Origins:
    """Where in their originals the matches in some texts of a block are.

    `numbers` are those of the texts in the block, `matched` those among them that hold matches.
    """

    def __init__(self, block: Block, numbers: Places, texts: Joined, matched: Places) -> None:
        self._starts = texts.starts
        self._plain = np.searchsorted(numbers, block.plain)
        self._folded = distinct(matched[matched >= self._plain])
        sizes = texts.starts[self._folded + 1] - texts.starts[self._folded]
        self._joined = np.cumsum(sizes) - sizes
        originals = block.originals.take(pa.array(block.rows[numbers[self._folded]]))
        # Where in those of the texts that are not ASCII, joined, each character of their originals begins.
        self._begins = np.append(0, np.cumsum(folded_bytes(code_points(edged(originals).decode()))))

    def begun(self, text: Places, start: Places) -> Places:
        """Where matches begin; one that begins inside what a single character folded to, where that begins."""
        folded = text >= self._plain
        shift = self._shift(text[folded])
        begun = start.copy()
        begun[folded] = self._begins[self._character(start[folded] - shift)] + shift
        return begun

    def spans(self, text: Places, start: Places, end: Places) -> tuple[Places, Places]:
        """Starts and ends in the originals, in code points; `text` are the numbers of the texts of the matches."""
        folded = text >= self._plain
        begin = self._starts[text]
        starts, ends = start - begin, end - begin
        shift = self._shift(text[folded])
        # The separator before a text is the last character that begins there, so the next is the text's first.
        first = self._character(begin[folded] - shift - 1) + 1
        starts[folded] = self._character(start[folded] - shift) - first
        ends[folded] = self._character(end[folded] - shift - 1) + 1 - first
        return starts, ends

    def _shift(self, text: Places) -> Places:
        """How much farther texts stand among all texts than among those that are not ASCII."""
        return self._starts[text] - self._joined[np.searchsorted(self._folded, text)]

    def _character(self, places: Places) -> Places:
        """The last character of the originals that begins at a place or before, by its number in all of them."""
        return np.searchsorted(self._begins, places, side="right") - 1

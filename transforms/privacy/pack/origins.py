"""The way back from folded, joined texts to the originals."""

import numpy as np

from transforms.privacy.pack.column import Block, Joined
from transforms.privacy.pack.matches import Places


class Origins:
    """Where in their originals the matches in some texts of a block are; `numbers` are those of the texts there."""

    def __init__(self, block: Block, numbers: Places, texts: Joined) -> None:
        self._begins = block.begins
        self._folded = numbers >= block.plain
        self._starts = texts.starts[:-1]
        self._shift = self._starts - block.texts.starts[numbers]

    def begun(self, text: Places, start: Places) -> Places:
        """Where matches begin; one that begins inside what a single character folded to, where that begins."""
        folded = self._folded[text]
        shift = self._shift[text[folded]]
        begun = start.copy()
        begun[folded] = self._begins[self._character(start[folded] - shift)] + shift
        return begun

    def spans(self, text: Places, start: Places, end: Places) -> tuple[Places, Places]:
        """Starts and ends in the originals, in code points; `text` are the numbers of the texts of the matches."""
        folded = self._folded[text]
        shift = self._shift[text[folded]]
        begin = self._starts[text]
        starts, ends = start - begin, end - begin
        # The separator before a text is the last character that begins there, so the next is the text's first.
        first = self._character(begin[folded] - shift - 1) + 1
        starts[folded] = self._character(start[folded] - shift) - first
        ends[folded] = self._character(end[folded] - shift - 1) + 1 - first
        return starts, ends

    def _character(self, places: Places) -> Places:
        """The last character of the originals that begins at a place of the block or before."""
        return np.searchsorted(self._begins, places, side="right") - 1

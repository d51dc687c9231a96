"""The stretch of a text in which a match can lie: exact patterns run on those, not on the sentences around."""

import numpy as np

from transforms.privacy.pack.column import Joined
from transforms.privacy.pack.context import Context
from transforms.privacy.pack.folding import SEPARATOR

# What every match holds: anything but letters and what stands between words. Before the first of these it has at most
# one word; all words but one that it has behind the last end so many places on, as the letters of a GSTIN that stand
# apart. Nothing that stands between words keeps it from matching.
_APART = 8
_ANCHORS = bytes(byte < 0x80 and chr(byte) not in f"abcdefghijklmnopqrstuvwxyz ,;{SEPARATOR}" for byte in range(256))


def stretches(texts: Joined, context: Context) -> Joined:
    """Each text parted in two: its stretch, and what lies between that and the next text's; places stay.

    It goes from the word before what first may belong to a match to the word behind the last. Every text must hold
    some shape.
    """
    anchors = np.flatnonzero(np.frombuffer(texts.text.translate(_ANCHORS), bool))
    bounds = np.searchsorted(anchors, texts.starts)
    begins, ends = context.around(anchors[bounds[:-1]], anchors[bounds[1:] - 1] + _APART)
    begins, ends = np.maximum(begins, texts.starts[:-1]), np.minimum(ends, texts.starts[1:] - 1)
    text = np.frombuffer(texts.text, np.uint8).copy()
    text[begins - 1] = text[ends] = ord(SEPARATOR)
    return Joined(text.tobytes(), np.append(np.column_stack([begins, ends + 1]), len(text)))

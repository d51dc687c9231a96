"""A ward as the desk names it."""

from collections.abc import Mapping

import pandas as pd

from portal.pages.outline import Outline
from portal.pages.texts import Texts


def called(ward: object, wards: Mapping[str, Outline], words: Texts) -> str:
    """What a ward of this number is called."""
    if pd.isna(ward):
        return words("footage_desk.noward")
    return words.pick(wards[str(ward)].name) if str(ward) in wards else str(ward)

"""Numbers as offices write them."""

import numpy as np
import pandas as pd

from orchestration.sample.delivery import Quantity


def with_unit(values: np.ndarray | pd.Series, suffix: str) -> pd.Series:
    """The numbers with a unit behind each, none where there is no number."""
    numbers = pd.Series(values).tolist()
    return pd.Series([None if pd.isna(value) else Quantity(value, suffix) for value in numbers], dtype=object)

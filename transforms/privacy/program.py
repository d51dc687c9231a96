"""A linear program that is solved for one aim after another, by HiGHS."""

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
# HiGHS: the primal simplex, as another aim leaves the last answer within all bounds.
_PRIMAL = 4


class _Quiet(highspy.Highs):
    """HiGHS that keeps its name to itself; the callbacks are the first it would tell standard output of."""

    def enableCallbacks(self) -> None:  # noqa: N802
        self.silent()
        super().enableCallbacks()


class Program:
    """Variables from `least` to `most`, and sums of them, a row each, from `low` to `high`. Some answer must exist."""

    def __init__(self, rows: sparse.csr_array, low: Floats, high: Floats, least: Floats, most: Floats) -> None:
        columns = rows.tocsc()
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = columns.shape
        model.row_lower_, model.row_upper_ = low, high
        model.col_lower_, model.col_upper_ = least, most
        model.col_cost_ = np.zeros(len(least))
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = columns.indptr, columns.indices
        model.a_matrix_.value_ = columns.data.astype(np.float64)
        self._solver = _Quiet()
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("simplex_strategy", _PRIMAL)
        self._solver.passModel(model)
        self._every = np.arange(len(least), dtype=np.int32)

    def solve(self, aims: Floats, whole: bool = False) -> Floats:
        """The variables that make their sum with `aims` least; in whole numbers only where these are asked for."""
        self._solver.changeColsCost(len(aims), self._every, aims)
        if whole:
            self._are(highspy.HighsVarType.kInteger)
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = np.array(self._solver.getSolution().col_value)
        if whole:
            self._are(highspy.HighsVarType.kContinuous)
        return found

    def _are(self, kind: highspy.HighsVarType) -> None:
        self._solver.changeColsIntegrality(len(self._every), self._every, np.full(len(self._every), kind))

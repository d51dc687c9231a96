"""Files that cannot be read at all: what makes a delivery be held as a whole."""

from dataclasses import replace

from data_contracts.dataset import Dataset
from orchestration.sample import layout
from orchestration.sample.writing import formats
from orchestration.sample.writing.page import Page

# The last part of a file that is cut short.
CUT = 0.4


def broken(page: Page, dataset: Dataset, stem: str, number: int) -> bytes:
    """The bytes of a department's `number`-th broken file: a column renamed without notice, or an end that is missing.

    The first of a dataset's files gets another name for a column that identifies its rows.
    """
    if number == 0 and page.source.properties.header == "names":
        return formats.encode(replace(page, fields=layout.renamed(page.fields, dataset)), stem)
    whole = formats.encode(page, stem)
    start = whole[: round(len(whole) * (1 - CUT))]
    # In the middle of a line: where one ends, so might the file.
    line = start.rfind(b"\n")
    return start if line < 0 or start[line + 1 :].strip() else whole[: line + 3]

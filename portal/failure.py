"""What the log says where an answer fails: place and kind, as an error's own words may hold a value."""

import sys
import traceback
from pathlib import Path


def log(what: str, error: Exception) -> None:
    """Write one line on standard error, such as `pravah: a page failed with KeyError at rates.py:82`."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    print(
        f"pravah: {what} failed with {type(error).__name__} at {Path(last.filename).name}:{last.lineno}",
        file=sys.stderr,
    )

"""The one shelf of releases of this process; pages, API and downloads share its open databases."""

import os
from functools import cache
from pathlib import Path

from transforms.release.reader import Shelf

SETTING = "PRAVAH_RELEASES"


@cache
def shelf() -> Shelf:
    """The releases of PRAVAH_RELEASES."""
    return Shelf(Path(os.environ[SETTING]))

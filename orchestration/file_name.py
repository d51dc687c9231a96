"""What may be told of a file in a message or a log: its name can hold a person's name, or a person's number."""

import calendar
import re

from orchestration.store.releases import SHORT

# Besides those of its folder and the months, the words that files are called by and that are nobody's name.
_WORDS_OF_FILES = (
    "annual calls copy counts cumulative daily data declaration district extract final first gtfs half hourly "
    "increment latest list monthly new of old part positions quarter report return revised sheet snapshot statement to "
    "update ward weekly year yearly zone"
)
_PLAIN = {word.lower() for word in (*_WORDS_OF_FILES.split(), *calendar.month_name, *calendar.month_abbr)}
_ENDING = re.compile(r"(\.(csv|tsv|txt|dat|xlsx?|(nd|geo|ndgeo)?json|km[lz]|xml|parquet|gpkg|gz|zip))+$", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(19|20)\d\d([-_]?(0[1-9]|1[0-2])([-_]?[0-3]\d)?)?(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")
# More digits beside days could be part of somebody's number.
_DIGITS = 3


def told(path: str, sha256: str) -> str:
    """A path of the inbox as it may stand in a log.

    A name is told of which each word is plain; else the folder, and how the file's object in `landing/` begins.
    """
    folder, _, name = path.rpartition("/")
    ending = _ENDING.search(name)
    stem = name[: ending.start()] if ending else name
    known = _PLAIN | {word.lower() for word in _WORDS.findall(folder.replace("_", " "))}
    strange = [word for word in _WORDS.findall(stem.replace("_", " ")) if len(word) > 1 and word.lower() not in known]
    digits = sum(map(str.isdigit, _DAY.sub("", stem)))
    return f"{folder}/… (SHA-256 {sha256[:SHORT]}…)" if strange or digits > _DIGITS else path

"""The writings in which a value may stand somewhere: what to look for when nothing of it may be there."""

import base64
import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

# The digit 0 of the scripts that India's offices write, of Arabic, and of full width.
_ZEROS = "०০੦૦୦௦౦೦൦٠۰０"
# A shorter value stands anywhere by chance.
LEAST = 6
# What people put between the signs of a number.
SEPARATORS = " \t.-_/\\,:()+"
_SEPARATED = re.compile(f"[{re.escape(SEPARATORS)}]")


def needles(value: str) -> set[bytes]:
    """All writings of a value, to be looked for in bytes whose ASCII letters are in lower case.

    As it is and without separators, in UTF-8 and UTF-16, with the digits of other scripts, escaped for JSON, HTML
    and URLs, in Base64 at each of its three offsets, as plain SHA-256 and MD5. Raises ValueError for a value of less
    than six signs.
    """
    given = value.strip()
    # As text is told before it is searched; what is encoded within keeps the form in which it was given.
    whole = unicodedata.normalize("NFC", given)
    bare = stripped(whole)
    if len(bare) < LEAST:
        raise ValueError("the value is too short to be told from chance")
    texts = {whole, bare, *_in_scripts(whole), *_in_scripts(bare)}
    cased = {form for text in (given, whole, bare) for form in (text, text.lower(), text.upper(), text.casefold())}
    found = {text.encode(code) for text in texts | cased for code in ("utf-8", "utf-16-le", "utf-16-be")}
    for text in cased:
        found |= {escaped.encode() for escaped in _escaped(text)}
        found |= set(_base64(text.encode()))
        found |= {digest(text.encode()).hexdigest().encode() for digest in (hashlib.sha256, hashlib.md5)}
    return {needle.lower() for needle in found}


def stripped(text: str) -> str:
    """A text without what people put between the signs of a number."""
    return _SEPARATED.sub("", text)


def _in_scripts(text: str) -> Iterator[str]:
    for zero in _ZEROS:
        yield text.translate({ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)})


def _escaped(text: str) -> Iterator[str]:
    yield json.dumps(text)[1:-1]
    yield html.escape(text)
    yield from (quote(text, safe=""), quote(text), quote_plus(text))


def _base64(content: bytes) -> Iterator[bytes]:
    """What of a value's Base64 does not hang on what stands before and after it."""
    for offset in range(3):
        first = -(-offset * 8 // 6)
        last = (offset + len(content)) * 8 // 6
        padded = bytes(offset) + content
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(padded)[first:last]

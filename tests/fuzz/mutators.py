"""What damages a file: bytes, words, members, rows, statements; all drawn from one source of chance."""

import gzip
import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Sequence
from random import Random

# Takes chance, a file, and others of its kind to splice with.
Mutator = Callable[[Random, bytes, Sequence[bytes]], bytes]

LARGEST = 1 << 18
WORDS = [
    b"0", b"-0", b"1e308", b"1e309", b"-1e999", b"1.5", b"9" * 25, b"9" * 1200, b"0007", b"1,2", b"12,63,343", b"NaN",
    b"Infinity", b"null", b"true", b"None", b"31/02/2025", b"2025-02-31", b"2025-13-01", b"0000-00-00", b"24:10:00",
    b'"', b'""', b"'", b"\\", b'\\"', b'"\\ud800"', b"\\ud83d", b'"\\u0000"', b"{", b"}", b"[", b"]", b"{}", b"[]",
    b",", b":", b";", b"|", b"\t", b" ", b"\n", b"\r", b"\r\n", b"\n\n", b"\x00", b"\x1a", b"\xff", b"\xe9",
    b"\xc2\xa0", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", b"\xed\xa0\x80", b"<", b">",
    b"&", b"&amp;", b"&e;", b"&#0;", b"&#xD800;", b"&#65;", b"<!-- x -->", b"<?x y?>", b"<![CDATA[<x>]]>", b"</x>",
    b"<x/>", b"<x>", b' x="1"', b' xmlns="u"', b"<!DOCTYPE x [<!ENTITY e 'e'>]>", b"id", b"name", b"n", b"type",
    b"Feature", b"item", b"=1+1", b"#N/A", b"A1", b"XFD1048576", b"s", b"inlineStr", b"e",
]  # fmt: skip
_TOKEN = re.compile(rb"[A-Za-z0-9_.+-]+|\s+|.", re.DOTALL)
_NUMBERS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]


def bytewise(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """One to four changes of bytes, wherever they stand."""
    for _ in range(random.choice((1, 1, 2, 4))):
        content = random.choice(_BYTEWISE)(random, content, others)[:LARGEST]
    return content


def _place(random: Random, content: bytes) -> int:
    return random.randrange(len(content) + 1)


def _span(random: Random, content: bytes) -> tuple[int, int]:
    start = _place(random, content)
    return start, start + random.choice((1, 2, 4, 16, 100, 1000))


def _put(random: Random, content: bytes, piece: bytes) -> bytes:
    start = _place(random, content)
    return content[:start] + piece + content[start + len(piece) :]


def _flip(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    start = random.randrange(max(1, len(content)))
    return content[:start] + bytes(byte ^ 1 << random.randrange(8) for byte in content[start : start + 1]) + (
        content[start + 1 :]
    )  # fmt: skip


def _number(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    form = random.choice(("B", "<H", ">H", "<I", ">I"))
    number = random.choice(_NUMBERS) & (1 << 8 * struct.calcsize(form)) - 1
    return _put(random, content, struct.pack(form, number))


def _noise(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    return _put(random, content, random.randbytes(random.choice((1, 2, 8, 64))))


def _run(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    return _put(random, content, random.choice((b"\x00", b"\xff", b" ", b"0")) * random.choice((4, 16, 512)))


def _without(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(random, content)
    return content[:start] + content[end:]


def _twice(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _span(random, content)
    return content[:end] + content[start:end] * random.choice((1, 1, 20)) + content[end:]


def _cut(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    return content[: _place(random, content)]


def _spliced(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    other = random.choice(others) if others else content
    return content[: _place(random, content)] + other[_place(random, other) :]


_BYTEWISE: list[Mutator] = [_flip, _flip, _number, _number, _noise, _run, _without, _twice, _cut, _spliced]


def textual(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """One to four changes of words; now and then of bytes, or of the encoding."""
    chance = random.random()
    if chance < 0.15:
        return bytewise(random, content, others)
    tokens = _TOKEN.findall(content)
    if chance < 0.45:
        return _reworded(random, tokens)
    for _ in range(random.choice((1, 1, 2, 4))):
        tokens = random.choice(_TEXTUAL)(random, tokens)
    content = b"".join(tokens)[:LARGEST]
    return _recoded(random, content) if random.random() < 0.03 else content


def _reworded(random: Random, tokens: list[bytes]) -> bytes:
    """One or two words become others, and what stands around them stays: the milder damage reaches further."""
    places = [place for place, token in enumerate(tokens) if token[:1].isalnum()]
    for place in random.sample(places, min(len(places), random.choice((1, 2)))):
        word = random.choice((random.choice(WORDS), tokens[random.choice(places)]))
        start = random.choice((0, 0, random.randrange(len(tokens[place]) + 1)))
        tokens[place] = tokens[place][:start] + word
    return b"".join(tokens)


def _recoded(random: Random, content: bytes) -> bytes:
    """The whole or the end of a text in another encoding."""
    start = random.choice((0, _place(random, content)))
    text = content[start:].decode("utf-8", errors="replace")
    return content[:start] + text.encode(
        random.choice(("utf-16", "utf-16-le", "cp1252", "utf-8-sig")), errors="replace"
    )


def _worded(random: Random, tokens: list[bytes]) -> list[bytes]:
    place = random.randrange(len(tokens) + 1)
    return [*tokens[:place], random.choice(WORDS), *tokens[place + 1 :]]


def _more(random: Random, tokens: list[bytes]) -> list[bytes]:
    place = random.randrange(len(tokens) + 1)
    return [*tokens[:place], random.choice(WORDS) * random.choice((1, 1, 1, 3, 300)), *tokens[place:]]


def _fewer(random: Random, tokens: list[bytes]) -> list[bytes]:
    place = random.randrange(len(tokens) + 1)
    return tokens[:place] + tokens[place + random.choice((1, 1, 3, 20)) :]


def _swapped(random: Random, tokens: list[bytes]) -> list[bytes]:
    if len(tokens) < 2:
        return tokens
    one, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return tokens


def _repeated(random: Random, tokens: list[bytes]) -> list[bytes]:
    start = random.randrange(len(tokens) + 1)
    end = start + random.choice((1, 5, 20, 80))
    return tokens[:end] + tokens[start:end] * random.choice((1, 1, 3)) + tokens[end:]


def _nested(random: Random, tokens: list[bytes]) -> list[bytes]:
    start = random.randrange(len(tokens) + 1)
    before, after = random.choice(((b"[", b"]"), (b'{"x":', b"}"), (b"<x>", b"</x>"), (b'"', b'"')))
    depth = random.choice((1, 2, 90, 300, 3000))
    return [*tokens[:start], before * depth, *tokens[start : start + 1], after * depth, *tokens[start + 1 :]]


_TEXTUAL = [_worded, _worded, _worded, _more, _more, _fewer, _swapped, _repeated, _nested]
_TEXTS = (".xml", ".rels", ".csv", ".txt", ".kml", ".json", ".prj")


def zipped(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Members changed and packed anew, so that no checksum gives the change away; now and then the zip itself."""
    if random.random() < 0.15:
        return bytewise(random, content, others)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    spare = [piece for _, piece in members]
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        at = random.randrange(len(members))
        name, piece = members[at]
        match random.choices(("change", "drop", "again", "rename", "exchange"), (20, 1, 1, 1, 1))[0]:
            case "change":
                change = textual if name.lower().endswith(_TEXTS) else bytewise
                members[at] = (name, change(random, piece, spare))
            case "drop" if len(members) > 1:
                del members[at]
            case "again":
                members.insert(random.randrange(len(members) + 1), (random.choice((name, f"x/{name}")), piece))
            case "rename":
                other = random.choice(
                    (name.upper(), f"../{name}", f"x/{name}", name + "x", "", name.replace("/", "\\"))
                )
                members[at] = (other, piece)
            case "exchange":
                members[at] = (name, random.choice(spare))
    return packed(members, random.choices((8, 0, 12, 14), (20, 10, 1, 1))[0])


def packed(members: Sequence[tuple[str, bytes]], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, the same for the same ones."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", way) as archive:
        # Two of the same name are what we are after.
        warnings.simplefilter("ignore")
        for name, piece in members:
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), piece, way)
    return out.getvalue()


def gzipped(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """The text inside changed and packed anew; or bytes; or another member or garbage behind."""
    if random.random() < 0.3:
        return bytewise(random, content, others)
    text = textual(random, gzip.decompress(content), [gzip.decompress(other) for other in others])
    cut = _place(random, text)
    match random.choices(("one", "two", "garbage", "zeros"), (20, 4, 1, 1))[0]:
        case "two":
            return gzip.compress(text[:cut], mtime=0) + gzip.compress(text[cut:], mtime=0)
        case "garbage":
            return gzip.compress(text, mtime=0) + random.randbytes(20)
        case "zeros":
            return gzip.compress(text, mtime=0) + bytes(20)
    return gzip.compress(text, mtime=0)

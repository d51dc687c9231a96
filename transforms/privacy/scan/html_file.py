"""HTML: the text as it is read, joined over inline tags; attributes, comments, scripts and styles."""

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from transforms.privacy.scan.artefact import Artefact, NotDecodable, Part, Text, batched
from transforms.privacy.scan.text_file import LONG, opened

# What is not closed after so many characters is not awaited any longer.
OPEN = 32 << 20
# Tags inside a line: what stands before and after them is read as one.
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr",
))  # fmt: skip


def parts(artefact: Artefact, scratch: Path) -> Iterator[Part]:
    """What a page says, shows or hides; raises NotDecodable where a tag or comment goes on without end."""
    with opened(artefact.path) as file:
        yield from batched(_texts(artefact, iter(lambda: file.read(LONG), "")))


def _texts(artefact: Artefact, source: Iterable[str]) -> Iterator[Text]:
    """The texts of a page that comes in parts."""
    page = _Page(artefact)
    for part in source:
        page.feed(part)
        # A parser reads what is not complete again with each part.
        if len(page.rawdata) > OPEN:
            raise NotDecodable("has a tag or comment without end")
        yield from page.taken()
    page.close()
    page.end_block()
    yield from page.taken()


def said(markup: str) -> str:
    """What a scrap of HTML inside another file says and holds, as one text."""
    return "\n".join(text.text for text in _texts(Artefact("", Path()), [markup]))


class _Page(HTMLParser):
    def __init__(self, artefact: Artefact) -> None:
        super().__init__(convert_charrefs=True)
        self._artefact = artefact
        self._found: list[Text] = []
        self._block: list[str] = []
        self._size = 0

    def taken(self) -> list[Text]:
        """The texts since the last call."""
        found, self._found = self._found, []
        return found

    def end_block(self) -> None:
        """A block of text is complete."""
        self._add("".join(self._block))
        self._block, self._size = [], 0

    def _add(self, text: str, context: tuple[str, ...] = (), part: str | None = None) -> None:
        place = self._artefact.part(part) if part else self._artefact.name
        self._found.append(Text(place, text, context))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes are texts of their own, under their names."""
        self.handle_endtag(tag)
        for name, value in attrs:
            self._add(value or "", (name,), "attributes")
            self._add(name, (), "attributes")

    def handle_endtag(self, tag: str) -> None:
        """Cells are apart by a space, so that a label stands beside its value; other blocks are texts of their own."""
        if tag in ("td", "th", "dt", "dd"):
            self._block.append(" ; ")
        elif tag not in _INLINE:
            self.end_block()

    def handle_data(self, data: str) -> None:
        """Text, or what stands in a script or style."""
        self._block.append(data)
        self._size += len(data)
        if self._size > LONG:
            self.end_block()

    def handle_comment(self, data: str) -> None:
        """A comment, which no reader sees."""
        self._add(data, (), "comments")

    def handle_decl(self, decl: str) -> None:
        """A declaration."""
        self._add(decl, (), "comments")

    def handle_pi(self, data: str) -> None:
        """An instruction to a program."""
        self._add(data, (), "comments")

    def unknown_decl(self, data: str) -> None:
        """What stands in CDATA."""
        self._add(data)

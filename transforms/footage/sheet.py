"""The paper of a draft: A4 pages that each say DRAFT, with headings in two languages, tables and lines to write on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import FontFace

from transforms.mukta import set_in_mukta

TEXT, SMALL = 9, 7
LINE_MM, LABEL_MM = 5, 65


class Sheet(FPDF):
    """A document in the making. `fonts` is the folder of Mukta's WOFF2 files, one for each script and weight.

    It bears `made_at` and no other time, so the same content gives the same bytes.
    """

    def __init__(self, title: str, made_at: datetime, fonts: Path):
        super().__init__(format="A4")
        set_in_mukta(self, fonts)
        self.set_fallback_fonts(["devanagari"])
        self.set_title(title)
        self.set_lang("en")
        self.set_creation_date(made_at)
        self.set_margin(18)
        self.set_auto_page_break(True, margin=20)
        self.add_page()

    def header(self) -> None:
        """The band on top of each page."""
        self.set_font("latin", "B", 12)
        self.cell(0, 8, "DRAFT · मसौदा · not signed, no certificate yet", border=1, align="C")
        self.ln(11)

    def footer(self) -> None:
        """The foot of each page."""
        self.set_y(-14)
        self.set_font("latin", "", SMALL)
        self.cell(0, 5, f"DRAFT · मसौदा · {self.title} · page {self.page_no()}", align="C")

    def heading(self, english: str, hindi: str, size: int = 11) -> None:
        """A heading in both languages, never alone at a page's foot."""
        if self.will_page_break(6 * LINE_MM):
            self.add_page()
        self.ln(2)
        self.set_font("latin", "B", size)
        self.cell(0, size * 0.6, f"{english} · {hindi}", new_x="LMARGIN", new_y="NEXT")
        self.ln(1)

    def paragraph(self, text: str) -> None:
        """Running text."""
        self.set_font("latin", "", TEXT)
        self.multi_cell(0, LINE_MM, text, new_x="LMARGIN", new_y="NEXT")

    def rows(self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        """A table; its head is repeated on each page."""
        self.set_font("latin", "", SMALL)
        with self.table(
            [heads, *rows],
            col_widths=tuple(widths),
            line_height=4,
            text_align="LEFT",
            headings_style=FontFace(emphasis="BOLD"),
        ):
            pass
        self.ln(1)

    def blanks(self, labels: Iterable[str]) -> None:
        """A line to be filled by hand for each label; without one it is as wide as the page."""
        self.set_font("latin", "", TEXT)
        for label in labels:
            if self.will_page_break(8):
                self.add_page()
            if label:
                self.cell(LABEL_MM, 8, label)
            self.line(self.get_x(), self.get_y() + 6.5, self.w - self.r_margin, self.get_y() + 6.5)
            self.ln(8)

    def boxes(self, label: str, choices: Iterable[str]) -> None:
        """Choices to be ticked by hand; none is."""
        self.set_font("latin", "", TEXT)
        self.cell(LABEL_MM, 7, label)
        for choice in choices:
            width = self.get_string_width(choice) + 9
            if self.get_x() + width > self.w - self.r_margin:
                self.ln(6)
                self.set_x(self.l_margin + LABEL_MM)
            self.rect(self.get_x() + 1, self.get_y() + 2, 3, 3)
            self.set_x(self.get_x() + 5)
            self.cell(width - 5, 7, choice)
        self.ln(8)

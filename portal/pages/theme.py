"""The look of every face: colours, type, and what Streamlit, charts and maps make of them.

One accent, warm paper, ink that passes WCAG AA on every ground it stands on (held by a test).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, each `#rrggbb`."""

    paper: str
    raised: str
    sunken: str
    line: str
    ink: str
    muted: str
    accent: str
    on_accent: str
    wash: str
    good: str
    warn: str
    bad: str
    ramp: tuple[str, ...]


LIGHT = Palette(
    paper="#fbfaf6",
    raised="#ffffff",
    sunken="#f1efe7",
    line="#d9d5c8",
    ink="#1c272b",
    muted="#55605f",
    accent="#0b5d59",
    on_accent="#ffffff",
    wash="#e3efec",
    good="#1f6a3c",
    warn="#8a5200",
    bad="#a12b22",
    ramp=("#dcebe7", "#a9cfc8", "#6fb0a7", "#378c85", "#0b5d59"),
)
DARK = Palette(
    paper="#11181a",
    raised="#192225",
    sunken="#0c1213",
    line="#324044",
    ink="#e7ebe8",
    muted="#a6b2b0",
    accent="#7fd0c5",
    on_accent="#0c1a1a",
    wash="#17302f",
    good="#86d3a0",
    warn="#f0b765",
    bad="#f49a8f",
    ramp=("#1d3a3a", "#27565a", "#3a807e", "#5aa9a1", "#8fdcd1"),
)
TEXT_FACE = "Mukta"
TITLE_FACE = "Anek Devanagari"
# The scripts that a file of the pair covers; the browser loads only what a page needs.
_RANGES = {
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, "
    "U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    "latin-ext": "U+0100-0130, U+0132-0151, U+0154-02BA, U+1E00-1E9F, U+20A0-20AB, U+20AD-20C0",
    "devanagari": "U+0900-097F, U+1CD0-1CF9, U+200C-200D, U+20A8, U+20B9, U+25CC, U+A830-A839, U+A8E0-A8FF",
}


def faces() -> list[dict[str, str]]:
    """The font files, as Streamlit's `theme.fontFaces` wants them."""
    found = []
    for script, characters in _RANGES.items():
        for weight in ("400", "600"):
            file = f"/assets/fonts/mukta-{script}-{weight}-normal.woff2"
            found.append({"family": TEXT_FACE, "url": file, "weight": weight, "unicodeRange": characters})
        file = f"/assets/fonts/anek-devanagari-{script}-wght-normal.woff2"
        found.append({"family": TITLE_FACE, "url": file, "weight": "100 800", "unicodeRange": characters})
    return found


def streamlit_options() -> dict[str, Any]:
    """Streamlit's `theme.*` options."""
    options: dict[str, Any] = {
        "theme.fontFaces": faces(),
        "theme.font": f"{TEXT_FACE}, sans-serif",
        "theme.headingFont": f"{TITLE_FACE}, {TEXT_FACE}, sans-serif",
        "theme.baseFontSize": 17,
        "theme.baseRadius": "6px",
    }
    for mode, palette in (("light", LIGHT), ("dark", DARK)):
        options |= {
            f"theme.{mode}.primaryColor": palette.accent,
            f"theme.{mode}.backgroundColor": palette.paper,
            f"theme.{mode}.secondaryBackgroundColor": palette.raised,
            f"theme.{mode}.textColor": palette.ink,
            f"theme.{mode}.linkColor": palette.accent,
            f"theme.{mode}.borderColor": palette.line,
            f"theme.{mode}.codeBackgroundColor": palette.sunken,
            f"theme.{mode}.codeTextColor": palette.ink,
            f"theme.{mode}.showWidgetBorder": True,
        }
    return options


def style() -> str:
    """The style sheet with the colours of both themes; `color-scheme` chooses between them."""
    names = [name for name in Palette.__dataclass_fields__ if name != "ramp"]
    colours = {name.replace("_", "-"): (getattr(LIGHT, name), getattr(DARK, name)) for name in names}
    colours |= {f"ramp-{i}": pair for i, pair in enumerate(zip(LIGHT.ramp, DARK.ramp, strict=True), 1)}
    variables = "".join(f"--{name}: light-dark({light}, {dark});" for name, (light, dark) in colours.items())
    scope = ":root, .stApp"
    return f"{scope} {{{variables}}}\n{(ASSETS / 'style.css').read_text(encoding='utf-8')}"


def font_css() -> str:
    """The `@font-face` rules, for pages that Streamlit does not render."""
    return "\n".join(
        f"@font-face {{font-family: '{face['family']}'; src: url('{face['url']}') format('woff2'); "
        f"font-weight: {face['weight']}; font-display: swap; unicode-range: {face['unicodeRange']};}}"
        for face in faces()
    )


def chart_config(palette: Palette) -> dict[str, Any]:
    """Vega-Lite's `config`: quiet axes, one colour, the text face."""
    label = {"labelColor": palette.muted, "titleColor": palette.muted, "labelFontSize": 13, "titleFontSize": 13}
    return {
        "background": "transparent",
        "font": TEXT_FACE,
        "view": {"stroke": None},
        "axis": {**label, "gridColor": palette.line, "domainColor": palette.line, "tickColor": palette.line},
        "line": {"color": palette.accent, "strokeWidth": 2.5},
        "area": {"color": palette.accent},
        "bar": {"color": palette.accent},
        "range": {"ramp": list(palette.ramp)},
    }

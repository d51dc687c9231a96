"""The look: every text can be read on its ground by day and by night, and nothing is loaded from elsewhere."""

import re

import pytest

from portal.pages.theme import ASSETS, DARK, LIGHT, Palette, faces, font_css, streamlit_options, style

SHEET = (ASSETS / "style.css").read_text(encoding="utf-8")
TEXTS = ("ink", "muted", "accent", "good", "warn", "bad")
GROUNDS = ("paper", "raised", "sunken", "wash")
each_theme = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    assert re.fullmatch("#[0-9a-f]{6}", colour), colour
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2): 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def used(properties: str) -> set[str]:
    """The colours that the sheet gives to some properties."""
    named = re.findall(rf"[{{;]\s*(?:{properties}):\s*([^;}}]*)", SHEET)
    return {name.replace("-", "_") for value in named for name in re.findall(r"var\(--([\w-]+)\)", value)}


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@each_theme
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read_on_every_ground(palette: Palette, text: str, ground: str):
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


@each_theme
def test_text_can_be_read_on_the_accent(palette: Palette):
    assert contrast(palette.on_accent, palette.accent) >= 4.5


def test_the_sheet_writes_and_fills_with_no_other_colours():
    assert used("color") == {*TEXTS, "on_accent"}
    assert used("background|background-color") == {*GROUNDS, "accent"}
    # No colour stands in the sheet itself, where no palette and no test would know of it.
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\brgba?\(|\bhsla?\(", SHEET)


@each_theme
def test_a_ramp_goes_one_way_and_can_be_told_from_the_paper(palette: Palette):
    steps = [luminance(colour) for colour in palette.ramp]
    assert len(steps) == 5
    assert steps == sorted(steps, reverse=palette is LIGHT)
    assert all(contrast(a, b) >= 1.2 for a, b in zip(palette.ramp, palette.ramp[1:], strict=False))
    # The largest value stands out most.
    assert contrast(palette.ramp[-1], palette.paper) >= 4.5


def test_every_variable_of_the_sheet_is_defined_for_both_themes():
    css = style()
    defined = dict(re.findall(r"--([\w-]+): light-dark\(([^)]*)\);", css))
    assert set(re.findall(r"var\(--([\w-]+)", css)) <= defined.keys()
    assert {name: f"{getattr(LIGHT, name)}, {getattr(DARK, name)}" for name in TEXTS} == {
        name: defined[name] for name in TEXTS
    }
    assert defined["ramp-5"] == f"{LIGHT.ramp[4]}, {DARK.ramp[4]}"


def test_every_font_is_here_with_its_licence():
    files = [ASSETS.parent / face["url"].lstrip("/") for face in faces()]
    assert set(files) == set((ASSETS / "fonts").glob("*.woff2"))
    for file in files:
        assert file.read_bytes()[:4] == b"wOF2", file.name
    for family in {face["family"] for face in faces()}:
        licence = ASSETS / "fonts" / f"OFL-{family.replace(' ', '-')}.txt"
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text(encoding="utf-8")


def test_the_fonts_cover_both_scripts_and_the_rupee():
    ranges = [
        (int(first, 16), int(last or first, 16))
        for face in faces()
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face["unicodeRange"])
    ]
    for letter in "aZ9é–… कऽ्ज़₹।\u200d":
        assert any(first <= ord(letter) <= last for first, last in ranges), letter


@pytest.mark.parametrize("sheet", [SHEET, font_css(), style(), str(streamlit_options())])
def test_nothing_is_loaded_from_elsewhere(sheet: str):
    assert not re.search(r"https?:|//[a-z]|@import", sheet.replace("/*", ""))
    for address in re.findall(r"url\(['\"]?([^'\")]*)", sheet):
        assert address.startswith("/assets/")


def test_the_mark_loads_nothing_and_runs_nothing():
    mark = (ASSETS / "mark.svg").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"' ]*", mark)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<script|<image|<foreignObject|\son\w+=|href=", mark)


@each_theme
def test_streamlit_wears_the_same_colours(palette: Palette):
    mode = "light" if palette is LIGHT else "dark"
    options = streamlit_options()
    assert options[f"theme.{mode}.textColor"] == palette.ink
    assert options[f"theme.{mode}.backgroundColor"] == palette.paper
    assert options[f"theme.{mode}.primaryColor"] == palette.accent


def test_a_font_of_the_sheet_is_one_that_is_here():
    lists = ", ".join(re.findall(r"font-family:\s*([^;}]+)", SHEET))
    named = {family.strip().strip('"') for family in lists.split(",")}
    assert named - {"sans-serif"} == {face["family"] for face in faces()}

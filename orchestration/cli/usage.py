"""Who calls a command, and the fault of one that was called in a wrong way."""

from typing import Annotated

import typer

from orchestration.project import Settings

As = Annotated[str | None, typer.Option("--as", help="Who acts; else PRAVAH_AS.")]


class UsageFault(Exception):
    """The command's words do not fit what is there."""


def acting(given: str | None) -> str:
    """Who acts, as --as or PRAVAH_AS says. Raises UsageFault where neither does."""
    who = given or Settings.read().who
    if not who:
        raise UsageFault("who acts is not said; add --as NAME or set PRAVAH_AS")
    return who

"""The command line as it describes itself."""

from collections.abc import Iterator
from typing import Any

import typer

from orchestration.cli.main import app


def commands(group: Any = None, words: tuple[str, ...] = ("pravah",)) -> Iterator[tuple[str, Any]]:
    """Every command of the command line with its full name."""
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        # A group may be a command itself.
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield " ".join((*words, name)), command


COMMAND = dict(commands())


def options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("-")} - {"--help"}


def arguments(command: Any) -> set[str]:
    """The arguments in capitals, as the docs write them."""
    return {parameter.name.upper() for parameter in command.params if not parameter.opts[0].startswith("-")}

"""A YAML document that knows on which line each of its fields stands."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from data_contracts.faults import Fault

FieldPath = tuple[str | int, ...]


class Document:
    """A parsed YAML file: `data` as plain Python, `faults` from parsing, `line(path)` for messages."""

    def __init__(self, file: Path):
        self.file = file
        self.data: Any = None
        self.faults: list[Fault] = []
        self._lines: dict[FieldPath, int] = {}
        try:
            text = file.read_text(encoding="utf-8")
            # libyaml where PyYAML was built with it: ten times faster, and a run reads every contract.
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
            node = loader.get_single_node()
            if node is not None:
                self.data = loader.construct_document(node)
                self._lines = dict(_positions(node, ()))
                self.faults += list(self._repeated_keys(node, ()))
        except UnicodeDecodeError:
            self.faults.append(Fault(file, 1, "file", "is not UTF-8", "save it as UTF-8"))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            self.faults.append(Fault(file, line, "file", f"is not YAML ({error.problem})", "mend the syntax there"))
        except (yaml.YAMLError, ValueError):
            # A control character, or a date such as 2025-02-30: these two come without a line.
            remedy = "look for control characters and impossible dates"
            self.faults.append(Fault(file, 1, "file", "holds a value that YAML cannot read", remedy))
        if not self.faults and not isinstance(self.data, dict):
            self.faults.append(Fault(file, 1, "file", "holds no mapping", "start from an existing contract"))

    def line(self, path: FieldPath) -> int:
        """The line of a field, or of the nearest enclosing one that exists."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def fault(self, path: FieldPath, message: str, remedy: str) -> Fault:
        """A fault at a field of this document."""
        return Fault(self.file, self.line(path), ".".join(map(str, path)) or "file", message, remedy)

    def _repeated_keys(self, node: yaml.Node, path: FieldPath) -> Iterator[Fault]:
        """YAML's own loader keeps the last of two equal keys and says nothing."""
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                here = (*path, key.value)
                if key.value in seen:
                    line = key.start_mark.line + 1
                    yield Fault(self.file, line, ".".join(map(str, here)), "stands twice", "keep one of the two")
                seen.add(key.value)
                yield from self._repeated_keys(value, here)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                yield from self._repeated_keys(value, (*path, index))


def _positions(node: yaml.Node, path: FieldPath) -> Iterator[tuple[FieldPath, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, key.value)
            yield from _positions(value, here)
            yield here, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _positions(value, (*path, index))

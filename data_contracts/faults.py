"""A fault in a contract: where it is, what is wrong, what to do."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: `line` counts from 1; `field` is the path inside the YAML, as `schema.0.properties.3`."""

    file: Path
    line: int
    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        # The contract's own words may hold line ends; a fault is one line.
        words = " ".join(f"{self.field}: {self.message}; {self.remedy}".split())
        return f"{self.file}:{self.line}: {words}"


class ContractFaults(Exception):
    """All faults found in a set of contracts; none of them is loaded."""

    def __init__(self, faults: list[Fault]):
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))

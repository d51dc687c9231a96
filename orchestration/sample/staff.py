"""Two made-up people for trying out the staff app: one proposes, the other decides."""

from pathlib import Path

PEOPLE = """\
# Made up with the sample cities; an installation of a city names its own people here.
people:
  officer@sample.invalid:
    name: Sample officer
    roles: [officer, operator]
  approver@sample.invalid:
    name: Sample approver
    roles: [approver, reviewer]
"""


def write_staff(file: Path) -> bool:
    """Write the sample identities unless there is such a file; whether it was written."""
    if file.exists():
        return False
    file.touch(0o600)
    file.write_text(PEOPLE, encoding="utf-8")
    return True

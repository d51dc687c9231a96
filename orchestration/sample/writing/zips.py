"""Zips that are the same for the same content."""

import io
import zipfile

# How hard to pack: the size changes little beyond it.
CREST = 4
_MOMENT = (2026, 10, 1, 0, 0, 0)


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of the members, by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _MOMENT)
            # Else it would say on which system it was made.
            member.create_system = 3
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content, compresslevel=CREST)
    return stream.getvalue()

"""Serves the staff app: `python -m portal.staff HOST PORT [--development]`; `pravah staff` calls it."""

import sys

from orchestration.drafting import UPLOAD_MB
from orchestration.project import Settings
from orchestration.serving import is_loopback
from portal.pages.theme import streamlit_options
from portal.shell import OPTIONS
from portal.staff import signin
from portal.staff.server import staff


def main(host: str, port: str, *more: str) -> None:
    """Serve until stopped; a fault of the set-up is one line."""
    if more == ("--development",) and is_loopback(host):
        signin.allow_development()
    try:
        app = staff(Settings.read().home)
    except signin.SigninFault as fault:
        sys.exit(f"pravah: {fault}")
    app.run(
        config={
            **OPTIONS,
            **streamlit_options(),
            "server.maxUploadSize": UPLOAD_MB,
            "server.address": host,
            "server.port": int(port),
        }
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

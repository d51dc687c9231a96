"""Serves the public portal: `python -m portal.public HOST PORT`; `pravah serve` calls it."""

import sys

from portal.pages.theme import streamlit_options
from portal.public.server import portal
from portal.shell import OPTIONS

if __name__ == "__main__":
    host, port = sys.argv[1:3]
    portal().run(config={**OPTIONS, **streamlit_options(), "server.address": host, "server.port": int(port)})

"""The public portal's server: Streamlit's pages, the API, downloads, fonts, behind the gate."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount

from portal import assets
from portal.public.api import api
from portal.public.downloads import downloads
from portal.public.gate import Gate
from portal.public.shelf import shelf


def portal() -> st.App:
    """The portal over the releases of PRAVAH_RELEASES."""
    releases = shelf()
    return st.App(
        Path(__file__).with_name("app.py"),
        routes=[*assets.ROUTES, Mount("/api", api(releases)), downloads(releases)],
        middleware=[Middleware(Gate, shelf=releases)],
    )

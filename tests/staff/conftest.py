"""What the tests of the staff side share."""

from collections.abc import Iterator

import pytest

from tests.staff.oidc import Provider, provider


@pytest.fixture
def oidc() -> Iterator[Provider]:
    """An identity provider at work."""
    with provider() as running:
        yield running

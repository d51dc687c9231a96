"""The fixtures of the canaries: the installation, Dagster over the same files, the portal over the release."""

from tests.browser.conftest import serve, visitor
from tests.privacy.aviary import aviary, materialised
from tests.privacy.visiting import answered, browser, logged, portal, visited

__all__ = ["answered", "aviary", "browser", "logged", "materialised", "portal", "serve", "visited", "visitor"]

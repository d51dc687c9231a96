"""The outline of a ward, as both faces draw it."""

from dataclasses import dataclass
from typing import Any

from shapely.geometry import mapping


@dataclass(frozen=True)
class Outline:
    """A ward's id, its name in both languages, and its shape in degrees (shapely)."""

    id: str
    name: dict[str, str]
    shape: Any

    def feature(self) -> dict[str, Any]:
        """The outline as a GeoJSON geometry."""
        return mapping(self.shape)

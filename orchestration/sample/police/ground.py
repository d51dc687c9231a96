"""In which ward a place lies."""

import numpy as np
import shapely

from orchestration.sample.maker import World


def wards(world: World, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """The numbers of the wards in which places lie, None where in none."""
    place, ward = shapely.STRtree(world.ground.outlines).query(shapely.points(lon, lat), predicate="intersects")
    found = np.full(len(lat), None, dtype=object)
    found[place] = np.array(world.ground.ids, dtype=object)[ward]
    return found

"""The city's ward file: one ward stands there twice, once before it was counted."""

import numpy as np
import pandas as pd

from orchestration.sample.delivery import Batch
from orchestration.sample.faults import Fault, put
from orchestration.sample.maker import Maker, World


def build(world: World, rng: np.random.Generator) -> Batch:
    """One snapshot of all wards."""
    ground, profile = world.ground, world.profile
    share = rng.lognormal(0, 0.3, profile.wards)
    rows = pd.DataFrame(
        {
            "ward_id": ground.ids,
            "ward_name": [name.latin for name in ground.names],
            "ward_name_hi": [name.devanagari for name in ground.names],
            "zone": ground.zones,
            "population": (profile.population * share / share.sum()).astype(int),
            "geometry": ground.outlines,
        }
    )
    return Batch({"wards_2025": rows})


MAKER = Maker(build, (Fault(("population.type",), put("population", "not counted")),))

"""The sample cities: fictional departments' files in the shapes officers really send, from a seed.

Everything is made up: places and surnames from syllables, numbers from the generator. What is wrong in the
files is planted, and written down aside from them for the tests (the truth).
"""

from orchestration.sample.generic import NotMade
from orchestration.sample.mission import write_contracts
from orchestration.sample.review import fill_sheet
from orchestration.sample.scales import write_sample
from orchestration.sample.staff import write_staff

__all__ = ["NotMade", "fill_sheet", "write_contracts", "write_sample", "write_staff"]

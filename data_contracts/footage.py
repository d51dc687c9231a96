"""What a city assumes of its footage desk: who searches, what each lever costs, and what an outage does."""

from typing import Annotated

from pydantic import Field

from data_contracts.properties import Properties


class Price(Properties):
    """What one unit costs in rupees: `once_inr` when it is bought, `yearly_inr` in each year.

    `note` says where the figure is from, and that it is an assumption as long as nobody has offered it; `note_hi` says
    the same in Hindi.
    """

    once_inr: float = Field(default=0, ge=0, allow_inf_nan=False)
    yearly_inr: float = Field(default=0, ge=0, allow_inf_nan=False)
    note: str = Field(min_length=1)
    note_hi: str | None = Field(default=None, min_length=1)


class Penalty(Properties):
    """What a contractor loses of a camera's monthly fee (rupees) in a month in which it recorded too little.

    `bands`: under this availability (0 to 1) this share (0 to 1) of the fee; of several, the one that takes most. Notes
    as for a price.
    """

    fee_inr: float = Field(gt=0, allow_inf_nan=False)
    bands: dict[Annotated[float, Field(gt=0, le=1)], Annotated[float, Field(ge=0, le=1)]] = Field(min_length=1)
    note: str = Field(min_length=1)
    note_hi: str | None = Field(default=None, min_length=1)


class FootageAssumptions(Properties):
    """The desk's staff and the prices of its levers; what is paid once is spread over `years`.

    Without `penalty` no penalty is told.
    """

    search_staff_now: int = Field(ge=1)
    years: float = Field(ge=1, allow_inf_nan=False)
    # For a camera and each day that it is to keep more.
    retention_camera_day: Price
    hold_on_receipt: Price
    # For a camera, repaired within as many hours.
    repair_within_24_camera: Price
    repair_within_8_camera: Price
    clock_sync_camera: Price
    complete_form: Price
    search_clerk: Price
    added_camera: Price
    penalty: Penalty | None = None

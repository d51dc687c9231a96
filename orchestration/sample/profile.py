"""The sample cities' sizes, characters and ways of writing; the one table to add a city to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """One city. Shares are of 1, days are medians; `pattern` picks among a column's declared date patterns.

    `headers` gives for each table the names its files use, in the file's order; a name with slashes is the
    JSON pointer of a nested value.
    """

    city: str
    prefix: str
    wards: int
    zones: int
    population: int
    uncounted_area: bool
    devices: int
    working: float
    requests: int
    request_updates: int
    outcomes: dict[str, float]
    handling_days: float
    complaints: int
    complaint_updates: int
    resolving_days: float
    ratings: tuple[float, ...]
    pattern: int
    headers: dict[str, tuple[str, ...]]


NAVSAGAR = Profile(
    city="navsagar",
    prefix="NAV",
    wards=60,
    zones=6,
    population=1_640_000,
    uncounted_area=True,
    devices=1_800,
    working=0.83,
    requests=6_000,
    request_updates=200,
    outcomes={
        "delivered": 0.46,
        "partial": 0.10,
        "rejected": 0.31,
        "withdrawn": 0.06,
        "duplicate": 0.04,
        "pending": 0.03,
    },
    handling_days=9,
    complaints=20_000,
    complaint_updates=600,
    resolving_days=7,
    ratings=(0.2, 0.22, 0.26, 0.2, 0.12),
    pattern=0,
    headers={
        "iccc__wards": ("WARD_NO", "WARD_NAME", "WARD_NAME_HI", "ZONE", "POPULATION", "geometry"),
        "police__cameras": (
            *("Camera ID", "Device Type", "Site", "Lat", "Long", "Type", "Azimuth", "HFOV", "Range"),
            *("Recorder", "Retention", "Commissioned", "AMC", "IP", "Status"),
        ),
        "police__footage_requests": (
            *("Request No", "Case No", "Requesting Officer", "Police Station", "Offence", "Incident From"),
            *("Incident To", "Latitude", "Longitude", "Requested At", "Delivered At", "Outcome", "Reason"),
            "Updated At",
        ),
        "municipal_services__grievances": (
            *("Complaint No", "Category", "Complainant", "Mobile", "Details", "Lat", "Long", "Opened"),
            *("Acknowledged", "Resolved", "Status", "Rating", "Updated"),
        ),
    },
)

MEGHAVAN = Profile(
    city="meghavan",
    prefix="MEG",
    wards=30,
    zones=4,
    population=610_000,
    uncounted_area=False,
    devices=700,
    working=0.94,
    requests=1_500,
    request_updates=200,
    outcomes={
        "delivered": 0.63,
        "partial": 0.09,
        "rejected": 0.19,
        "withdrawn": 0.04,
        "duplicate": 0.03,
        "pending": 0.02,
    },
    handling_days=3,
    complaints=8_000,
    complaint_updates=250,
    resolving_days=3,
    ratings=(0.06, 0.1, 0.2, 0.34, 0.3),
    pattern=-1,
    headers={
        "iccc__wards": ("WardNumber", "name", "name_hi", "zone_name", "pop_2025", "geometry"),
        "police__cameras": (
            *("Device No", "device_type", "Location", "Latitude", "Longitude", "camera_type", "azimuth_deg"),
            *("hfov_deg", "range_m", "recorder_id", "retention_days", "commissioned_on", "amc_id"),
            *("ip_address", "status"),
        ),
        "police__footage_requests": (
            *("request_id", "requested_at", "station", "officer", "case_no", "offence_group"),
            *("incident_from", "incident_to", "lat", "lon", "outcome", "delivered_at", "reason"),
            "updated_at",
        ),
        "municipal_services__grievances": (
            *("service_request_id", "service_name", "status", "requested_datetime", "acknowledged_at"),
            *("resolved_at", "updated_datetime", "/location/lat", "/location/long", "name", "phone"),
            *("description", "rating", "media_url"),
        ),
    },
)

PROFILES = (NAVSAGAR, MEGHAVAN)

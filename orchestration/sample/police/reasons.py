"""Why a request for footage is not met: the causes of domain §5, in the order in which a desk would name one."""

HOLES = ("camera_down", "link_down_not_backfilled", "recorder_fault", "recording_gap")
CAUSES = (
    *("authorisation_missing", "incomplete_request", "no_coverage", *HOLES),
    *("expired_before_request", "expired_during_handling", "clock_drift", "wrong_time_or_place"),
    *("capacity", "turned_away", "quality", "export_failed"),
)
# What stopped a recording, as the recorder's log has it; in the order of HOLES.
STOPS = ("device", "link", "recorder", "other")
# What a desk writes in place of the cause, by share; else it writes the cause.
MISSTATED: dict[str, dict[str, float]] = {
    "expired_during_handling": {"expired_before_request": 0.85, "camera_down": 0.15},
    "camera_down": {"no_coverage": 0.6, "recording_gap": 0.4},
    "link_down_not_backfilled": {"camera_down": 0.8, "recording_gap": 0.2},
    "recorder_fault": {"camera_down": 0.5, "recording_gap": 0.5},
    "recording_gap": {"camera_down": 0.6, "quality": 0.4},
    "clock_drift": {"wrong_time_or_place": 0.8, "recording_gap": 0.2},
    "capacity": {"expired_before_request": 0.5, "incomplete_request": 0.5},
    "turned_away": {"no_coverage": 0.5, "incomplete_request": 0.3, "camera_down": 0.2},
    "export_failed": {"quality": 1.0},
    "wrong_time_or_place": {"no_coverage": 0.5, "recording_gap": 0.5},
}

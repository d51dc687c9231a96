"""The tables that the platform keeps of its own work, which queries may read beside the datasets.

Every moment in them is cut to the day.
"""

_TEXT, _FLAG, _COUNT, _SHARE = "VARCHAR", "BOOLEAN", "BIGINT", "DOUBLE"
_AT = "TIMESTAMP WITH TIME ZONE"
_PLACE = {"city": _TEXT, "department": _TEXT, "dataset": _TEXT}

# Table → column → DuckDB type.
PLATFORM: dict[str, dict[str, str]] = {
    # What a contract describes. `step`: 1 the city's own departments, 2 other bodies in the city, 3 State and Central;
    # `classified`: on a list, with reason and decider; `metadata_share`: of its texts those in both languages, 0–1;
    # `delivered`: whether the city has ever sent it.
    "platform__datasets": {
        **_PLACE,
        "step": "INTEGER",
        "frequency_days": _SHARE,
        "latency_days": _SHARE,
        "classified": _FLAG,
        "high_value": _FLAG,
        "metadata_share": _SHARE,
        "spatial": _FLAG,
        "delivered": _FLAG,
    },
    # A content that came. `drifted`: held for a breaking drift of its schema; `due_at`: when it was promised, after
    # the one before it.
    "platform__deliveries": {
        **_PLACE,
        "received_at": _AT,
        "last_received_at": _AT,
        "read": _FLAG,
        "held": _FLAG,
        "rows_read": _COUNT,
        "quarantined": _COUNT,
        "drifted": _FLAG,
        "due_at": _AT,
    },
    # A run and a city that it worked on.
    "platform__runs": {"city": _TEXT, "at": _AT, "succeeded": _FLAG},
    # A rule of a standing table's contract; `severity` is error or warning.
    "platform__checks": {**_PLACE, "rule": _TEXT, "severity": _TEXT, "passed": _FLAG},
    # A standing spatial dataset; `placed`: rows with a ward or a point.
    "platform__places": {**_PLACE, "rows": _COUNT, "placed": _COUNT},
    # A public table of the current release. `fresh`: its newest delivery is not late; `traced`: every delivery that it
    # is made of is known and kept; `openness`: CSV, API, licence, stable address and dictionary, 0–1.
    "platform__published": {
        **_PLACE,
        "rows": _COUNT,
        "fresh": _FLAG,
        "traced": _FLAG,
        "openness": _SHARE,
        "high_value": _FLAG,
    },
    # A release that holds rows of the city. `two_people`: made and approved by different ones.
    "platform__releases": {
        "city": _TEXT,
        "release": _TEXT,
        "proposed_at": _AT,
        "approved_at": _AT,
        "two_people": _FLAG,
    },
    # What may be personal: found by the gate or a release's scan, or `after_publishing` by a second scan. `dataset` is
    # null for what lies beside the datasets.
    "platform__findings": {**_PLACE, "found_at": _AT, "closed_at": _AT, "after_publishing": _FLAG},
    # A second scan of what is published.
    "platform__scans": {"city": _TEXT, "scanned_at": _AT},
    # A day on which a department's contact did something that the audit log knows.
    "platform__coordinators": {"city": "VARCHAR", "department": "VARCHAR"},
    "platform__actions": {"city": _TEXT, "department": _TEXT, "at": _AT},
    # The audit log: whole days since its first entry, and whether its chain is whole.
    "platform__log": {"city": _TEXT, "first_at": _AT, "days": _COUNT, "verified": _FLAG},
    # A drill that restored a backup.
    "platform__drills": {"city": _TEXT, "at": _AT, "succeeded": _FLAG},
    # What the portal will tell; without rows until it does.
    "platform__usage": {**_PLACE, "at": _AT, "calls": _COUNT},
    "platform__feedback": {"city": _TEXT, "received_at": _AT, "answered_at": _AT, "rating": _SHARE},
    "platform__asked": {"city": _TEXT, "asked_at": _AT, "accepted": _FLAG, "delivered_at": _AT},
    "platform__stories": {"city": _TEXT, "story": _TEXT, "checked_at": _AT, "holds": _FLAG},
}

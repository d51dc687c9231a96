"""The tables that the platform keeps of its own work, which queries may read beside the datasets."""

# Table → column → DuckDB type. `step`: 1 the city's own departments, 2 other bodies in the city, 3 State and Central.
PLATFORM: dict[str, dict[str, str]] = {
    "platform__datasets": {
        "city": "VARCHAR",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "step": "INTEGER",
    },
    "platform__deliveries": {
        "city": "VARCHAR",
        "department": "VARCHAR",
        "dataset": "VARCHAR",
        "received_at": "TIMESTAMP WITH TIME ZONE",
        "last_received_at": "TIMESTAMP WITH TIME ZONE",
        "read": "BOOLEAN",
        "held": "BOOLEAN",
        "rows_read": "BIGINT",
        "quarantined": "BIGINT",
    },
}

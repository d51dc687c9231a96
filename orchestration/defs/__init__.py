"""What Dagster sees: assets, checks, jobs, schedules and sensors, all made from the contracts."""

-- Why each request was not met, from what the city knows: of the camera with the least against its footage, and of the desk.
WITH weighed AS (
    SELECT
        *,
        CAST(camera_down AS INTEGER) + CAST(link_down_not_backfilled AS INTEGER) + CAST(recorder_fault AS INTEGER)
        + CAST(recording_gap AS INTEGER) + CAST(expired_before_request AS INTEGER)
        + CAST(expired_during_handling AS INTEGER) + CAST(clock_drift AS INTEGER) AS against
    FROM mart_footage_pairs
),
ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY city, request_id ORDER BY against, camera_id) AS place,
        min(CAST(known AS INTEGER)) OVER (PARTITION BY city, request_id) AS all_known
    FROM weighed
),
best AS (SELECT * FROM ranked WHERE place = 1),
failed AS (
    SELECT DISTINCT city, request_id FROM police__custody_events WHERE action = 'export_failed'
),
found AS (
    SELECT
        r.*,
        -- Where footage was found and no camera sees the place, the register is wrong.
        coalesce(b.all_known, CASE WHEN r.located_at IS NULL THEN 1 ELSE 0 END) = 1 AS known,
        b.against,
        b.camera_id,
        b.camera_id IS NULL AS no_coverage,
        coalesce(b.camera_down, false) AS camera_down,
        coalesce(b.link_down_not_backfilled, false) AS link_down_not_backfilled,
        coalesce(b.recorder_fault, false) AS recorder_fault,
        coalesce(b.recording_gap, false) AS recording_gap,
        coalesce(b.expired_before_request, false) AS expired_before_request,
        coalesce(b.expired_during_handling, false) AS expired_during_handling,
        coalesce(b.clock_drift, false) AS clock_drift,
        coalesce(
            i.ward_id <> r.ward_id OR i.occurred_at < r.incident_from OR i.occurred_at > r.incident_to, false
        ) AS wrong_time_or_place,
        coalesce(r.due_at <= coalesce(r.closed_at, r.known_until) AND (r.searched_at IS NULL OR r.closed_at IS NULL), false)
            AS capacity,
        r.closed_at IS NOT NULL AND r.located_at IS NOT NULL AND r.exported_at IS NULL AND f.request_id IS NOT NULL
            AS export_failed,
        r.closed_at IS NOT NULL AND r.located_at IS NOT NULL AND f.request_id IS NULL
        AND (r.exported_at IS NULL OR (r.outcome = 'partial' AND coalesce(b.against, 1) = 0)) AS quality
    FROM mart_footage_life AS r
    LEFT JOIN best AS b ON b.city = r.city AND b.request_id = r.request_id
    LEFT JOIN failed AS f ON f.city = r.city AND f.request_id = r.request_id
    LEFT JOIN police__crime_incidents AS i ON i.city = r.city AND i.incident_id = r.incident_id
),
turned AS (
    SELECT
        *,
        searched_at IS NULL AND closed_at IS NOT NULL AND NOT (
            authorisation_missing OR incomplete_request OR no_coverage OR camera_down OR link_down_not_backfilled
            OR recorder_fault OR recording_gap OR expired_before_request OR expired_during_handling OR clock_drift
            OR wrong_time_or_place OR capacity OR quality OR export_failed
        ) AS turned_away
    FROM found
)
SELECT
    *,
    -- In the order in which a desk would name one.
    CASE
        WHEN met OR NOT matured THEN NULL
        WHEN NOT known THEN 'unknown'
        WHEN authorisation_missing THEN 'authorisation_missing'
        WHEN incomplete_request THEN 'incomplete_request'
        WHEN no_coverage THEN 'no_coverage'
        WHEN camera_down THEN 'camera_down'
        WHEN link_down_not_backfilled THEN 'link_down_not_backfilled'
        WHEN recorder_fault THEN 'recorder_fault'
        WHEN recording_gap THEN 'recording_gap'
        WHEN expired_before_request THEN 'expired_before_request'
        WHEN expired_during_handling THEN 'expired_during_handling'
        WHEN clock_drift THEN 'clock_drift'
        WHEN wrong_time_or_place THEN 'wrong_time_or_place'
        WHEN capacity THEN 'capacity'
        WHEN turned_away THEN 'turned_away'
        WHEN quality THEN 'quality'
        WHEN export_failed THEN 'export_failed'
        ELSE 'unknown'
    END AS reason
FROM turned

-- Each cause of each request that was not met, of the months that are published: a month's delay, sensitive offences never.
WITH lost AS (
    SELECT
        *,
        CAST(date_trunc('month', timezone('Asia/Kolkata', requested_at)) AS DATE) AS month,
        CAST(authorisation_missing AS INTEGER) + CAST(incomplete_request AS INTEGER) + CAST(no_coverage AS INTEGER)
        + CAST(camera_down AS INTEGER) + CAST(link_down_not_backfilled AS INTEGER) + CAST(recorder_fault AS INTEGER)
        + CAST(recording_gap AS INTEGER) + CAST(expired_before_request AS INTEGER)
        + CAST(expired_during_handling AS INTEGER) + CAST(clock_drift AS INTEGER)
        + CAST(wrong_time_or_place AS INTEGER) + CAST(capacity AS INTEGER) + CAST(turned_away AS INTEGER)
        + CAST(quality AS INTEGER) + CAST(export_failed AS INTEGER) AS causes
    FROM mart_footage_causes
    WHERE
        matured AND NOT met AND zone IS NOT NULL
        AND offence_group NOT IN ('sexual_offence', 'offence_against_child')
        AND date_trunc('month', timezone('Asia/Kolkata', requested_at)) + INTERVAL 2 MONTH
        <= CAST(timezone('Asia/Kolkata', known_until) AS DATE) + INTERVAL 1 DAY
),
named AS (
    SELECT
        l.city,
        l.request_id,
        l.month,
        l.causes,
        n.reason,
        CASE n.reason
            WHEN 'authorisation_missing' THEN l.known AND l.authorisation_missing
            WHEN 'incomplete_request' THEN l.known AND l.incomplete_request
            WHEN 'no_coverage' THEN l.known AND l.no_coverage
            WHEN 'camera_down' THEN l.known AND l.camera_down
            WHEN 'link_down_not_backfilled' THEN l.known AND l.link_down_not_backfilled
            WHEN 'recorder_fault' THEN l.known AND l.recorder_fault
            WHEN 'recording_gap' THEN l.known AND l.recording_gap
            WHEN 'expired_before_request' THEN l.known AND l.expired_before_request
            WHEN 'expired_during_handling' THEN l.known AND l.expired_during_handling
            WHEN 'clock_drift' THEN l.known AND l.clock_drift
            WHEN 'wrong_time_or_place' THEN l.known AND l.wrong_time_or_place
            WHEN 'capacity' THEN l.known AND l.capacity
            WHEN 'turned_away' THEN l.known AND l.turned_away
            WHEN 'quality' THEN l.known AND l.quality
            WHEN 'export_failed' THEN l.known AND l.export_failed
            ELSE l.reason = 'unknown'
        END AS holds
    FROM lost AS l
    CROSS JOIN (
        VALUES ('authorisation_missing'), ('incomplete_request'), ('no_coverage'), ('camera_down'),
        ('link_down_not_backfilled'), ('recorder_fault'), ('recording_gap'), ('expired_before_request'),
        ('expired_during_handling'), ('clock_drift'), ('wrong_time_or_place'), ('capacity'), ('turned_away'),
        ('quality'), ('export_failed'), ('unknown')
    ) AS n (reason)
)
SELECT
    city,
    request_id,
    reason,
    month,
    -- A request is saved only when all its causes are mended, so each of them has an equal share in it.
    CASE WHEN reason = 'unknown' THEN 1.0 ELSE 1.0 / causes END AS share
FROM named
WHERE holds

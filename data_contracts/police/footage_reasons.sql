-- Why requests were not met, over all published months: in how many a cause stood, and its share of what was lost.
WITH lost AS (
    SELECT
        *,
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
    reason,
    count(*) AS requests,
    -- A request is saved only when all its causes are mended, so each of them has an equal share in it.
    round(sum(CASE WHEN reason = 'unknown' THEN 1.0 ELSE 1.0 / causes END), 1) AS shapley
FROM named
WHERE holds
GROUP BY city, reason

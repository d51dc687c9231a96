-- How much of the time for which they were due the cameras recorded, in the months of the half year that the recordings'
-- index covers from their beginning, each camera from the day it was taken into use. n are the cameras.
SELECT
    c.city,
    r.assessment_round,
    100 * sum(c.recorded_s) / sum(c.due_s) AS value,
    CAST(NULL AS BIGINT) AS hits,
    count(DISTINCT c.camera_id) AS n,
    true AS complete
FROM mart_recorded_by_camera AS c
JOIN rounds AS r
    -- Months are those of India.
    ON c.month >= CAST(r.start_at + INTERVAL 330 MINUTE AS DATE) AND c.month < CAST(r.end_at + INTERVAL 330 MINUTE AS DATE)
-- The first row is not written at midnight: a day is let pass.
WHERE c.known_from_on <= c.month + INTERVAL 1 DAY
GROUP BY c.city, r.assessment_round

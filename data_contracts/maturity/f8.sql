-- Cameras that recorded less than 5 % of the time for which they were due, in the months of the half year that the
-- recordings' index covers from their beginning, each from the day it was taken into use.
WITH cameras AS (
    SELECT c.city, r.assessment_round, c.camera_id, sum(c.due_s) AS due_s, sum(c.recorded_s) AS recorded_s
    FROM mart_recorded_by_camera AS c
    JOIN rounds AS r
        -- Months are those of India.
        ON
            c.month >= CAST(r.start_at + INTERVAL 330 MINUTE AS DATE)
            AND c.month < CAST(r.end_at + INTERVAL 330 MINUTE AS DATE)
    -- The first row is not written at midnight: a day is let pass.
    WHERE c.known_from_on <= c.month + INTERVAL 1 DAY
    GROUP BY c.city, r.assessment_round, c.camera_id
),
counts AS (
    SELECT city, assessment_round, count(CASE WHEN recorded_s < 0.05 * due_s THEN 1 END) AS hits, count(*) AS n
    FROM cameras
    GROUP BY city, assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

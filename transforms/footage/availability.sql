-- What was recorded of each camera in each month since it stood there, in seconds. A failure is a span that ends inside
-- the month, a repair one that begins inside it: a hole still open at its end has no repair.
WITH due AS (
    SELECT c.camera_id, m.month, greatest(m.start_at, c.commissioned_at) AS start_at, m.end_at
    FROM (
        -- Dates are days of India.
        SELECT camera_id, CAST(commissioned_on AS TIMESTAMPTZ) - INTERVAL 330 MINUTE AS commissioned_at FROM cameras
    ) AS c
    JOIN months AS m ON c.commissioned_at IS NULL OR c.commissioned_at < m.end_at
),
parts AS (
    SELECT
        d.camera_id,
        d.month,
        d.start_at AS due_from,
        d.end_at AS due_to,
        greatest(s.start_at, d.start_at) AS start_at,
        least(s.end_at, d.end_at) AS end_at,
        s.camera_id IS NOT NULL AS recorded
    FROM due AS d
    LEFT JOIN spans AS s ON s.camera_id = d.camera_id AND s.start_at < d.end_at AND s.end_at > d.start_at
)
SELECT
    camera_id,
    month,
    epoch(due_to) - epoch(due_from) AS due_s,
    sum(CASE WHEN recorded THEN epoch(end_at) - epoch(start_at) ELSE 0 END) AS recorded_s,
    count(CASE WHEN recorded AND end_at < due_to THEN 1 END) AS failures,
    count(CASE WHEN recorded AND start_at > due_from THEN 1 END) AS repairs
FROM parts
GROUP BY camera_id, month, due_from, due_to

-- Points for the last drill that restored a backup (within 90, 180 or 365 days), and for how far the cameras' clocks
-- are off (95 % within 100 ms, or 1 s, in the last 30 days seen since the round began): the fewer of the two count.
-- Where the platform knows of only one of them, a document has to show the other.
WITH drills AS (
    SELECT
        d.city,
        r.assessment_round,
        min(CASE WHEN d.succeeded THEN epoch(r.as_of) - epoch(d."at") END) / 86400 AS days
    FROM platform__drills AS d
    JOIN rounds AS r ON d."at" <= r.as_of
    GROUP BY d.city, r.assessment_round
),
seen AS (
    SELECT h.city, r.assessment_round, r.start_at, max(h.observed_at) AS until
    FROM police__camera_health AS h
    JOIN rounds AS r ON h.observed_at >= r.start_at AND h.observed_at <= r.as_of
    WHERE h.clock_offset_ms IS NOT NULL
    GROUP BY h.city, r.assessment_round, r.start_at
),
clocks AS (
    SELECT s.city, s.assessment_round, quantile(abs(h.clock_offset_ms), 0.95) AS offset_ms
    FROM seen AS s
    JOIN police__camera_health AS h
        ON h.city = s.city AND h.observed_at >= s.start_at AND h.observed_at > s.until - INTERVAL 30 DAY
        AND h.observed_at <= s.until
    GROUP BY s.city, s.assessment_round
),
points AS (
    SELECT
        city,
        assessment_round,
        CASE WHEN days <= 90 THEN 4 WHEN days <= 180 THEN 3 WHEN days <= 365 THEN 2 ELSE 1 END AS points
    FROM drills
    UNION ALL
    SELECT
        city, assessment_round, CASE WHEN offset_ms <= 100 THEN 4 WHEN offset_ms <= 1000 THEN 3 ELSE 2 END AS points
    FROM clocks
)
SELECT
    city,
    assessment_round,
    CAST(min(points) AS DOUBLE) AS value,
    CAST(NULL AS BIGINT) AS hits,
    CAST(NULL AS BIGINT) AS n,
    count(*) = 2 AS complete
FROM points
GROUP BY city, assessment_round

-- Points for the days of audit log kept up to the assessment (n), and for a chain that proves it whole. A round before
-- the log began has no row.
WITH kept AS (
    SELECT
        l.city,
        r.assessment_round,
        l.verified,
        least(l.days, CAST(floor((epoch(r.as_of) - epoch(l.first_at)) / 86400) AS BIGINT)) AS days
    FROM platform__log AS l
    JOIN rounds AS r ON r.as_of >= l.first_at
)
SELECT
    city,
    assessment_round,
    CAST(
        CASE
            WHEN days >= 365 AND verified THEN 4
            WHEN days >= 180 AND verified THEN 3
            WHEN days >= 180 THEN 2
            ELSE 1
        END AS DOUBLE
    ) AS value,
    CAST(NULL AS BIGINT) AS hits,
    days AS n,
    true AS complete
FROM kept

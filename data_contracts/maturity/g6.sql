-- Findings of what may be personal, by the gate or after publishing, that somebody decided within 15 days; of those of
-- the half year (182 days) before the assessment that are decided, or have waited for longer than that.
WITH judged AS (
    SELECT
        f.city,
        r.assessment_round,
        f.closed_at IS NOT NULL AND f.closed_at <= r.as_of AS closed,
        f.found_at + INTERVAL 15 DAY AS due_at,
        f.closed_at,
        r.as_of
    FROM platform__findings AS f
    JOIN rounds AS r ON f.found_at <= r.as_of AND f.found_at > r.as_of - INTERVAL 182 DAY
),
counts AS (
    SELECT city, assessment_round, count(CASE WHEN closed AND closed_at <= due_at THEN 1 END) AS hits, count(*) AS n
    FROM judged
    WHERE closed OR due_at < as_of
    GROUP BY city, assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

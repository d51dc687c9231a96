-- What citizens wrote that was answered within 15 working days (three weeks); of what came in the half year (182 days)
-- before the assessment and is answered, or has waited for longer than that.
WITH judged AS (
    SELECT
        f.city,
        r.assessment_round,
        f.answered_at IS NOT NULL AND f.answered_at <= r.as_of AS answered,
        f.received_at + INTERVAL 21 DAY AS due_at,
        f.answered_at,
        r.as_of
    FROM platform__feedback AS f
    JOIN rounds AS r ON f.received_at <= r.as_of AND f.received_at > r.as_of - INTERVAL 182 DAY
),
counts AS (
    SELECT
        city, assessment_round, count(CASE WHEN answered AND answered_at <= due_at THEN 1 END) AS hits, count(*) AS n
    FROM judged
    WHERE answered OR due_at < as_of
    GROUP BY city, assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

-- Runs over the city's files that succeeded, of those in the half year (182 days) before the assessment.
WITH counts AS (
    SELECT u.city, r.assessment_round, count(CASE WHEN u.succeeded THEN 1 END) AS hits, count(*) AS n
    FROM platform__runs AS u
    JOIN rounds AS r ON u."at" <= r.as_of AND u."at" > r.as_of - INTERVAL 182 DAY
    GROUP BY u.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

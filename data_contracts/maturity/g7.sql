-- Releases that one person proposed and another approved, of those approved in the half year (182 days) before the
-- assessment.
WITH counts AS (
    SELECT p.city, r.assessment_round, count(CASE WHEN p.two_people THEN 1 END) AS hits, count(*) AS n
    FROM platform__releases AS p
    JOIN rounds AS r ON p.approved_at <= r.as_of AND p.approved_at > r.as_of - INTERVAL 182 DAY
    GROUP BY p.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

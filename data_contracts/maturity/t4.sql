-- Deliveries that were not held back because their columns had changed beyond what the contract knows, of all in the
-- half year (182 days) before the assessment.
WITH counts AS (
    SELECT d.city, r.assessment_round, count(CASE WHEN NOT d.drifted THEN 1 END) AS hits, count(*) AS n
    FROM platform__deliveries AS d
    JOIN rounds AS r ON d.received_at <= r.as_of AND d.received_at > r.as_of - INTERVAL 182 DAY
    GROUP BY d.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

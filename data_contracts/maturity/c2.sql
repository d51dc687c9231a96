-- Datasets of high value that the city sends and that are in the current release. How it was earlier is not recorded
-- here, so only the newest round has a row.
WITH counts AS (
    SELECT d.city, r.assessment_round, count(p.city) AS hits, count(*) AS n
    FROM platform__datasets AS d
    CROSS JOIN rounds AS r
    LEFT JOIN platform__published AS p
        ON p.city = d.city AND p.department = d.department AND p.dataset = d.dataset
    WHERE d.delivered AND d.high_value AND r.start_at = (SELECT max(start_at) FROM rounds)
    GROUP BY d.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

-- Datasets the city sends that stand on the open or the negative list, with the reason and who decided. How it was
-- earlier is not recorded, so only the newest round has a row.
WITH counts AS (
    SELECT d.city, r.assessment_round, count(CASE WHEN d.classified THEN 1 END) AS hits, count(*) AS n
    FROM platform__datasets AS d
    CROSS JOIN rounds AS r
    WHERE d.delivered AND r.start_at = (SELECT max(start_at) FROM rounds)
    GROUP BY d.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

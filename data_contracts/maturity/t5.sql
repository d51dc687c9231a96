-- Rows of the standing spatial datasets that have a ward or a point inside the city. How it was earlier is not
-- recorded, so only the newest round has a row.
WITH counts AS (
    SELECT
        p.city, r.assessment_round, CAST(sum(p.placed) AS BIGINT) AS hits, CAST(sum(p."rows") AS BIGINT) AS n
    FROM platform__places AS p
    CROSS JOIN rounds AS r
    WHERE r.start_at = (SELECT max(start_at) FROM rounds)
    GROUP BY p.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts WHERE n > 0

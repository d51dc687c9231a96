-- Public tables of the current release whose every delivery is known and kept. How it was in earlier releases is not
-- recorded here, so only the newest round has a row.
WITH counts AS (
    SELECT p.city, r.assessment_round, count(CASE WHEN p.traced THEN 1 END) AS hits, count(*) AS n
    FROM platform__published AS p
    CROSS JOIN rounds AS r
    WHERE r.start_at = (SELECT max(start_at) FROM rounds)
    GROUP BY p.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

-- Rules of the contracts that the standing tables keep, those that hold a row back weighing three times a warning; n
-- are the rules. What they kept earlier is not recorded, so only the newest round has a row.
WITH weighed AS (
    SELECT c.city, r.assessment_round, CASE c.severity WHEN 'error' THEN 3 ELSE 1 END AS weight, c.passed
    FROM platform__checks AS c
    CROSS JOIN rounds AS r
    WHERE r.start_at = (SELECT max(start_at) FROM rounds)
)
SELECT
    city,
    assessment_round,
    100 * sum(CASE WHEN passed THEN weight ELSE 0 END) / sum(weight) AS value,
    CAST(NULL AS BIGINT) AS hits,
    count(*) AS n,
    true AS complete
FROM weighed
GROUP BY city, assessment_round

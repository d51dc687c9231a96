-- Datasets that the city sends which are in the current release and not late; n are those that it sends. How it was
-- earlier is not recorded here, so only the newest round has a row.
SELECT
    d.city,
    r.assessment_round,
    CAST(count(CASE WHEN p.fresh THEN 1 END) AS DOUBLE) AS value,
    CAST(NULL AS BIGINT) AS hits,
    count(*) AS n,
    true AS complete
FROM platform__datasets AS d
CROSS JOIN rounds AS r
LEFT JOIN platform__published AS p ON p.city = d.city AND p.department = d.department AND p.dataset = d.dataset
WHERE d.delivered AND r.start_at = (SELECT max(start_at) FROM rounds)
GROUP BY d.city, r.assessment_round

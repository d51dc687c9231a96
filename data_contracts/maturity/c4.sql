-- How open the city's datasets are (CSV, API, licence, stable address, dictionary), on average over those that it
-- sends; one that is not out is not open. How it was earlier is not recorded here, so only the newest round has a row.
SELECT
    d.city,
    r.assessment_round,
    100 * avg(coalesce(p.openness, 0)) AS value,
    CAST(NULL AS BIGINT) AS hits,
    count(*) AS n,
    true AS complete
FROM platform__datasets AS d
CROSS JOIN rounds AS r
LEFT JOIN platform__published AS p ON p.city = d.city AND p.department = d.department AND p.dataset = d.dataset
WHERE d.delivered AND r.start_at = (SELECT max(start_at) FROM rounds)
GROUP BY d.city, r.assessment_round

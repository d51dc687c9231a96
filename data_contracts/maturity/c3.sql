-- How much of what is said of its datasets is said in both languages, on average over those that the city sends. How it
-- was earlier is not recorded, so only the newest round has a row.
SELECT
    d.city,
    r.assessment_round,
    100 * avg(d.metadata_share) AS value,
    CAST(NULL AS BIGINT) AS hits,
    count(d.metadata_share) AS n,
    true AS complete
FROM platform__datasets AS d
CROSS JOIN rounds AS r
WHERE d.delivered AND d.metadata_share IS NOT NULL AND r.start_at = (SELECT max(start_at) FROM rounds)
GROUP BY d.city, r.assessment_round

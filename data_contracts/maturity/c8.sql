-- The mean of the ratings that citizens gave in the half year (182 days) before the assessment, one to five.
SELECT
    f.city,
    r.assessment_round,
    avg(f.rating) AS value,
    CAST(NULL AS BIGINT) AS hits,
    count(*) AS n,
    true AS complete
FROM platform__feedback AS f
JOIN rounds AS r ON f.received_at <= r.as_of AND f.received_at > r.as_of - INTERVAL 182 DAY
WHERE f.rating IS NOT NULL
GROUP BY f.city, r.assessment_round

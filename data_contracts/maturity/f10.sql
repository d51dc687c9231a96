-- Use cases with a measure before and one now, twelve months or more between the two; n are those of the catalogue. The
-- list shows the newest measures alone, so a round assessed before any of them has no row.
WITH counts AS (
    SELECT
        u.city,
        r.assessment_round,
        count(CASE
            WHEN u.baseline IS NOT NULL AND u.current IS NOT NULL AND u.current_on >= u.baseline_on + INTERVAL 12 MONTH
                THEN 1
        END) AS measured,
        count(CASE WHEN u.current_on > CAST(timezone('Asia/Kolkata', r.as_of) AS DATE) THEN 1 END) AS later,
        count(*) AS n
    FROM iccc__use_cases AS u
    CROSS JOIN rounds AS r
    GROUP BY u.city, r.assessment_round
)
SELECT
    city, assessment_round, CAST(measured AS DOUBLE) AS value, CAST(NULL AS BIGINT) AS hits, n, true AS complete
FROM counts
WHERE later = 0

-- Stories whose query gave the number that they show, when it was last run again before the assessment.
WITH ranked AS (
    SELECT
        s.city,
        r.assessment_round,
        s.holds,
        row_number() OVER (
            PARTITION BY s.city, s.story, r.assessment_round ORDER BY s.checked_at DESC, s.holds
        ) AS place
    FROM platform__stories AS s
    JOIN rounds AS r ON s.checked_at <= r.as_of
),
counts AS (
    SELECT city, assessment_round, count(CASE WHEN holds THEN 1 END) AS hits, count(*) AS n
    FROM ranked
    WHERE place = 1
    GROUP BY city, assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

-- Public tables of the city that somebody downloaded or called in the 90 days before the assessment. Where use is not
-- counted at all nothing is known; what was public earlier is not recorded here, so only the newest round has a row.
WITH newest AS (
    SELECT r.assessment_round, r.as_of
    FROM rounds AS r
    WHERE
        r.start_at = (SELECT max(start_at) FROM rounds)
        AND r.as_of >= (SELECT min("at") FROM platform__usage)
),
used AS (
    SELECT DISTINCT u.city, u.department, u.dataset, n.assessment_round
    FROM platform__usage AS u
    JOIN newest AS n ON u."at" <= n.as_of AND u."at" >= n.as_of - INTERVAL 90 DAY
    WHERE u.calls > 0
),
counts AS (
    SELECT p.city, n.assessment_round, count(u.city) AS hits, count(*) AS n
    FROM platform__published AS p
    CROSS JOIN newest AS n
    LEFT JOIN used AS u
        ON u.city = p.city AND u.department = p.department AND u.dataset = p.dataset
        AND u.assessment_round = n.assessment_round
    GROUP BY p.city, n.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

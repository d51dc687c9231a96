-- Findings of personal data in what was public already, in the half year (182 days) before the assessment; n are the
-- second scans that looked for it. Where nobody looked, nothing is known.
WITH looked AS (
    SELECT s.city, r.assessment_round, count(*) AS n
    FROM platform__scans AS s
    JOIN rounds AS r ON s.scanned_at <= r.as_of AND s.scanned_at > r.as_of - INTERVAL 182 DAY
    GROUP BY s.city, r.assessment_round
),
found AS (
    SELECT f.city, r.assessment_round, count(*) AS findings
    FROM platform__findings AS f
    JOIN rounds AS r ON f.found_at <= r.as_of AND f.found_at > r.as_of - INTERVAL 182 DAY
    WHERE f.after_publishing
    GROUP BY f.city, r.assessment_round
)
SELECT
    l.city,
    l.assessment_round,
    CAST(coalesce(f.findings, 0) AS DOUBLE) AS value,
    CAST(NULL AS BIGINT) AS hits,
    l.n,
    true AS complete
FROM looked AS l
LEFT JOIN found AS f ON f.city = l.city AND f.assessment_round = l.assessment_round

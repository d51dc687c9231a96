-- Departments that deliver whose coordinator did something on the platform in the 30 days before the assessment. A
-- city that names no coordinator has no row, nor has a round before the log of such acts began.
WITH sending AS (
    SELECT DISTINCT city, department
    FROM platform__datasets
    WHERE delivered AND city IN (SELECT city FROM platform__coordinators)
),
acted AS (
    SELECT DISTINCT a.city, a.department, r.assessment_round
    FROM platform__actions AS a
    JOIN rounds AS r ON a."at" <= r.as_of AND a."at" >= r.as_of - INTERVAL 30 DAY
),
counts AS (
    SELECT s.city, r.assessment_round, count(a.department) AS hits, count(*) AS n
    FROM sending AS s
    JOIN platform__log AS l ON l.city = s.city
    JOIN rounds AS r ON r.as_of >= l.first_at
    LEFT JOIN acted AS a
        ON a.city = s.city AND a.department = s.department AND a.assessment_round = r.assessment_round
    GROUP BY s.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

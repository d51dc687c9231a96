-- Departments of which a delivery was read and not held back in the 30 days before the assessment; n are those that
-- ever sent one. A round before the city's first delivery has no row.
WITH came AS (
    -- A file that comes again, unchanged, is a sign of life as well.
    SELECT city, department, read AND NOT held AS good, received_at AS came_at FROM platform__deliveries
    UNION ALL
    SELECT city, department, read AND NOT held AS good, last_received_at AS came_at FROM platform__deliveries
)
SELECT
    c.city,
    r.assessment_round,
    CAST(count(DISTINCT CASE WHEN c.good AND c.came_at >= r.as_of - INTERVAL 30 DAY THEN c.department END) AS DOUBLE)
        AS value,
    CAST(NULL AS BIGINT) AS hits,
    count(DISTINCT c.department) AS n,
    true AS complete
FROM rounds AS r
JOIN came AS c ON c.came_at <= r.as_of
GROUP BY c.city, r.assessment_round

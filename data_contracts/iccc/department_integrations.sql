-- Which departments deliver, since when, and how much in the 30 days up to the city's newest delivery.
WITH newest AS (
    SELECT city, max(received_at) AS received_at FROM platform__deliveries GROUP BY city
),
came AS (
    SELECT
        d.city,
        d.department,
        count(CASE WHEN d.read AND NOT d.held THEN 1 END) AS successes,
        min(CASE WHEN d.read AND NOT d.held THEN d.received_at END) AS first_at,
        max(CASE WHEN d.read AND NOT d.held THEN d.last_received_at END) AS last_at,
        count(DISTINCT CASE WHEN d.read AND NOT d.held THEN d.dataset END) AS datasets_live,
        sum(CASE WHEN d.received_at >= n.received_at - INTERVAL 30 DAY AND NOT d.held THEN d.rows_read ELSE 0 END) AS rows_30d
    FROM platform__deliveries AS d
    JOIN newest AS n ON n.city = d.city
    GROUP BY d.city, d.department
),
known AS (
    SELECT p.city, p.department, min(p.step) AS step, count(*) AS datasets
    FROM platform__datasets AS p
    JOIN newest AS n ON n.city = p.city
    GROUP BY p.city, p.department
)
SELECT
    k.city,
    k.department,
    k.step,
    CASE WHEN c.department IS NULL THEN 'absent' WHEN c.successes = 0 THEN 'broken' ELSE 'live' END AS state,
    k.datasets,
    coalesce(c.datasets_live, 0) AS datasets_live,
    CAST(c.first_at AS DATE) AS first_success_on,
    CAST(c.last_at AS DATE) AS last_success_on,
    coalesce(c.rows_30d, 0) AS rows_30d
FROM known AS k
LEFT JOIN came AS c ON c.city = k.city AND c.department = k.department

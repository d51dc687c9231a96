-- Complaints opened in a month, and what became of them, for the whole city, each zone and each ward.
WITH opened AS (
    SELECT
        city,
        zone,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', opened_at)) AS DATE) AS month,
        category,
        status,
        date_diff('hour', opened_at, resolved_at) / 24.0 AS days
    FROM municipal_services__grievances
    WHERE ward_id IS NOT NULL AND zone IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(*) AS complaints,
    count(CASE WHEN status = 'resolved' THEN 1 END) AS resolved,
    count(CASE WHEN days <= 7 THEN 1 END) AS resolved_in_week,
    100.0 * count(CASE WHEN days <= 7 THEN 1 END) / count(*) AS resolved_in_week_pct,
    median(days) AS days_to_resolve
FROM opened
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

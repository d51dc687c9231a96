-- How late the buses were in a month.
WITH placed AS (
    SELECT
        city,
        zone,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', observed_at)) AS DATE) AS month,
        delay_s
    FROM transport__vehicle_positions
    WHERE ward_id IS NOT NULL AND zone IS NOT NULL AND delay_s IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(*) AS positions,
    median(delay_s) / 60.0 AS delay_min,
    100.0 * count(CASE WHEN delay_s BETWEEN -60 AND 300 THEN 1 END) / count(*) AS punctual_pct
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

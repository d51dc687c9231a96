-- Fire and rescue calls of a month and how fast the engines came.
WITH placed AS (
    SELECT
        city,
        zone,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', reported_at)) AS DATE) AS month,
        response_min
    FROM fire__fire_incidents
    WHERE ward_id IS NOT NULL AND zone IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(*) AS incidents,
    count(response_min) AS arrivals,
    median(response_min) AS minutes_to_scene
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

-- Emergency calls of a month and how fast help came.
WITH placed AS (
    SELECT
        city,
        zone,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', called_at)) AS DATE) AS month,
        false_alarm,
        response_min
    FROM police__emergency_calls
    WHERE ward_id IS NOT NULL AND zone IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(*) AS calls,
    count(CASE WHEN false_alarm THEN 1 END) AS false_alarms,
    median(response_min) AS minutes_to_scene,
    count(response_min) AS arrivals
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

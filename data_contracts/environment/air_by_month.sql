-- How clean the air of a month was, by monitor's ward and over all monitors.
WITH placed AS (
    SELECT
        city,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', observed_at)) AS DATE) AS month,
        monitor_id,
        pm2_5,
        pm10,
        aqi
    FROM environment__air_quality
    WHERE ward_id IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' ELSE 'city' END AS level,
    coalesce(ward_id, '') AS place,
    ward_id,
    month,
    count(DISTINCT monitor_id) AS monitors,
    avg(pm2_5) AS pm2_5_ug_m3,
    avg(pm10) AS pm10_ug_m3,
    avg(aqi) AS aqi_mean,
    100.0 * count(CASE WHEN aqi > 200 THEN 1 END) / nullif(count(aqi), 0) AS poor_pct
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, ward_id, month))

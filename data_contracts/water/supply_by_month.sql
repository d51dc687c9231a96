-- Hours, pressure and clarity of the water of a month.
WITH measured AS (
    SELECT
        city,
        zone,
        CAST(date_trunc('month', timezone('Asia/Kolkata', observed_at)) AS DATE) AS month,
        CAST(timezone('Asia/Kolkata', observed_at) AS DATE) AS day,
        sensor_id,
        flow_lps,
        pressure_bar,
        turbidity_ntu,
        supply_hours
    FROM water__water_supply
    WHERE zone IS NOT NULL
)
SELECT
    city,
    CASE WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(zone, '') AS place,
    zone,
    month,
    count(DISTINCT sensor_id) AS sensors,
    -- A row holds the hours of its hour, or of its day; what adds up is a sensor's day.
    sum(supply_hours) / count(DISTINCT sensor_id || '/' || CAST(day AS VARCHAR)) AS supply_hours,
    median(CASE WHEN flow_lps > 0 THEN pressure_bar END) AS pressure_bar,
    100.0 * count(CASE WHEN turbidity_ntu > 5 THEN 1 END) / nullif(count(turbidity_ntu), 0) AS turbid_pct
FROM measured
GROUP BY GROUPING SETS ((city, month), (city, zone, month))

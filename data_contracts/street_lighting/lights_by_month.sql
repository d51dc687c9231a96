-- Which share of the readings found the lamps as they should be.
WITH placed AS (
    SELECT
        city,
        zone,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', observed_at)) AS DATE) AS month,
        extract(hour FROM timezone('Asia/Kolkata', observed_at)) AS hour,
        pole_id,
        lamp_on,
        lamp_fault
    FROM street_lighting__street_lights
    WHERE ward_id IS NOT NULL AND zone IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(DISTINCT pole_id) AS poles,
    100.0 * count(CASE WHEN lamp_on AND (hour >= 19 OR hour < 5) THEN 1 END)
        / nullif(count(CASE WHEN hour >= 19 OR hour < 5 THEN 1 END), 0) AS lit_pct,
    100.0 * count(CASE WHEN lamp_on AND hour BETWEEN 8 AND 16 THEN 1 END)
        / nullif(count(CASE WHEN hour BETWEEN 8 AND 16 THEN 1 END), 0) AS day_burning_pct,
    100.0 * count(lamp_fault) / count(*) AS faulty_pct
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

-- How full the car parks were in a month.
WITH placed AS (
    SELECT
        city,
        zone,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', observed_at)) AS DATE) AS month,
        lot_id,
        spaces,
        occupied
    FROM transport__parking
    WHERE ward_id IS NOT NULL AND zone IS NOT NULL AND spaces > 0 AND occupied IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(DISTINCT lot_id) AS lots,
    100.0 * sum(occupied) / sum(spaces) AS occupied_pct,
    100.0 * count(CASE WHEN occupied >= 0.95 * spaces THEN 1 END) / count(*) AS full_pct
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

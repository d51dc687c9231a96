-- Visits to collection points in a month, and what they brought.
WITH placed AS (
    SELECT
        city,
        zone,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', collected_at)) AS DATE) AS month,
        waste_type,
        status,
        coalesce(weight_kg, 0) AS weight_kg
    FROM solid_waste__waste_collection
    WHERE ward_id IS NOT NULL AND zone IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(*) AS visits,
    count(CASE WHEN status <> 'collected' THEN 1 END) AS missed,
    100.0 * count(CASE WHEN status = 'collected' THEN 1 END) / count(*) AS collected_pct,
    sum(weight_kg) / 1000.0 AS weight_t,
    100.0 * sum(CASE WHEN waste_type IN ('wet', 'dry') THEN weight_kg ELSE 0 END) / nullif(sum(weight_kg), 0) AS segregated_pct
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

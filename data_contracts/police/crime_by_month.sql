-- Recorded crime of a month, sensitive offences never.
WITH placed AS (
    SELECT
        c.city,
        w.zone,
        c.ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', c.occurred_at)) AS DATE) AS month,
        c.footage_provided
    FROM police__crime_incidents AS c
    JOIN iccc__wards AS w ON w.city = c.city AND w.ward_id = c.ward_id
    WHERE c.offence_group NOT IN ('sexual_offence', 'offence_against_child')
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(*) AS crimes,
    count(CASE WHEN footage_provided THEN 1 END) AS with_footage
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

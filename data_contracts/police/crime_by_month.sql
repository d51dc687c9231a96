-- Recorded crime of a month, a month after its end; sensitive offences never.
WITH newest AS (
    -- The last row of a month is not written at midnight: a day is let pass.
    SELECT city, CAST(timezone('Asia/Kolkata', max(updated_at)) AS DATE) + INTERVAL 1 DAY AS today
    FROM police__crime_incidents
    GROUP BY city
),
placed AS (
    SELECT
        c.city,
        w.zone,
        c.ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', c.occurred_at)) AS DATE) AS month,
        c.footage_provided
    FROM police__crime_incidents AS c
    JOIN iccc__wards AS w ON w.city = c.city AND w.ward_id = c.ward_id
    JOIN newest AS n ON n.city = c.city
    WHERE
        date_trunc('month', timezone('Asia/Kolkata', c.occurred_at)) + INTERVAL 2 MONTH <= n.today
        AND c.offence_group NOT IN ('sexual_offence', 'offence_against_child')
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

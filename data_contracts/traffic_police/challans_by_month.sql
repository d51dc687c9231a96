-- E-challans issued in a month, and what was paid of them.
WITH placed AS (
    SELECT
        city,
        zone,
        ward_id,
        CAST(date_trunc('month', timezone('Asia/Kolkata', issued_at)) AS DATE) AS month,
        status,
        fine_inr
    FROM traffic_police__e_challans
    WHERE ward_id IS NOT NULL AND zone IS NOT NULL
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    count(*) AS challans,
    count(CASE WHEN status = 'paid' THEN 1 END) AS paid,
    sum(fine_inr) AS fined_inr,
    coalesce(sum(CASE WHEN status = 'paid' THEN fine_inr END), 0) AS paid_inr
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

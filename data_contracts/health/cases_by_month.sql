-- Cases that public facilities reported in a month.
WITH placed AS (
    SELECT
        h.city,
        w.zone,
        h.ward_id,
        CAST(date_trunc('month', h.report_date) AS DATE) AS month,
        h.dengue_cases,
        h.malaria_cases,
        h.diarrhoea_cases,
        h.influenza_cases
    FROM health__health_services AS h
    JOIN iccc__wards AS w ON w.city = h.city AND w.ward_id = h.ward_id
)
SELECT
    city,
    CASE WHEN ward_id IS NOT NULL THEN 'ward' WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    CAST(coalesce(sum(dengue_cases), 0) AS BIGINT) AS dengue_cases,
    CAST(coalesce(sum(malaria_cases), 0) AS BIGINT) AS malaria_cases,
    CAST(coalesce(sum(diarrhoea_cases), 0) AS BIGINT) AS diarrhoea_cases,
    CAST(coalesce(sum(influenza_cases), 0) AS BIGINT) AS influenza_cases
FROM placed
GROUP BY GROUPING SETS ((city, month), (city, zone, month), (city, zone, ward_id, month))

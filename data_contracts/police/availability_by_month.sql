-- How much of the time cameras recorded, by area: wards, each with ten cameras or more. What lies in smaller ones is told
-- together, for the rest of a zone or of the city, and no sum beside it from which a small one could be computed.
WITH wards AS (
    SELECT city, zone, ward_id, month, count(*) AS cameras, sum(due_s) AS due_s, sum(recorded_s) AS recorded_s
    FROM mart_recorded_by_camera
    WHERE
        -- The last row of a month is not written at midnight, nor the first: a day is let pass.
        month + INTERVAL 2 MONTH <= known_until_on + INTERVAL 1 DAY
        AND known_from_on <= month + INTERVAL 1 DAY
    GROUP BY city, zone, ward_id, month
),
leveled AS (
    SELECT
        *,
        CASE
            WHEN ward_id IS NOT NULL AND cameras >= 10 THEN 'ward'
            WHEN zone IS NOT NULL THEN 'rest_of_zone'
            ELSE 'rest_of_city'
        END AS level
    FROM wards
),
zones AS (
    SELECT
        city, month, level, zone, CASE WHEN level = 'ward' THEN ward_id END AS ward_id,
        sum(cameras) AS cameras, sum(due_s) AS due_s, sum(recorded_s) AS recorded_s
    FROM leveled
    GROUP BY 1, 2, 3, 4, 5
),
small AS (
    SELECT *, CASE WHEN level = 'rest_of_zone' AND cameras >= 10 OR level = 'ward' THEN level END AS own FROM zones
),
ranked AS (
    -- Where the rest of the city is small, too, the smallest area goes with it.
    SELECT
        *,
        sum(CASE WHEN own IS NULL THEN cameras ELSE 0 END) OVER (PARTITION BY city, month) AS others,
        row_number() OVER (
            PARTITION BY city, month
            ORDER BY CASE WHEN own IS NULL THEN 1 ELSE 0 END, cameras, coalesce(ward_id, ''), zone
        ) AS size_rank
    FROM small
),
areas AS (
    SELECT
        *,
        CASE WHEN own IS NULL OR (others BETWEEN 1 AND 9 AND size_rank = 1) THEN 'rest_of_city' ELSE own END AS area
    FROM ranked
),
told AS (
    SELECT
        city, month, area AS level, CASE WHEN area <> 'rest_of_city' THEN zone END AS zone,
        CASE WHEN area = 'ward' THEN ward_id END AS ward_id, cameras, due_s, recorded_s
    FROM areas
    UNION ALL
    SELECT city, month, 'city' AS level, NULL AS zone, NULL AS ward_id, cameras, due_s, recorded_s FROM areas
)
SELECT
    city,
    level,
    coalesce(ward_id, zone, '') AS place,
    zone,
    ward_id,
    month,
    sum(cameras) AS cameras,
    round(100 * sum(recorded_s) / sum(due_s), 1) AS available_pct,
    CASE WHEN level = 'city' THEN round(sum(due_s) / 3600) END AS due_h,
    CASE WHEN level = 'city' THEN round(sum(recorded_s) / 3600) END AS recorded_h
FROM told
GROUP BY city, level, zone, ward_id, month
HAVING sum(cameras) >= 10

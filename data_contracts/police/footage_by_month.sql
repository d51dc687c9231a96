-- Requests by the month in which they came: how many there were, how many count, how many were met. A month's delay,
-- sensitive offences never.
WITH placed AS (
    SELECT
        *,
        CAST(date_trunc('month', timezone('Asia/Kolkata', requested_at)) AS DATE) AS month,
        -- The last row of a month is not written at midnight: a day is let pass.
        CAST(timezone('Asia/Kolkata', known_until) AS DATE) + INTERVAL 1 DAY AS today
    FROM mart_footage_life
    WHERE offence_group NOT IN ('sexual_offence', 'offence_against_child') AND zone IS NOT NULL
),
counts AS (
    SELECT
        city,
        CASE WHEN zone IS NOT NULL THEN 'zone' ELSE 'city' END AS level,
        coalesce(zone, '') AS place,
        zone,
        month,
        count(*) AS received,
        count(CASE WHEN NOT counted THEN 1 END) AS set_aside,
        count(CASE WHEN counted AND NOT matured THEN 1 END) AS still_open,
        count(CASE WHEN matured THEN 1 END) AS matured_requests,
        count(CASE WHEN matured AND met THEN 1 END) AS met_requests,
        count(CASE WHEN matured AND outcome = 'partial' THEN 1 END) AS delivered_in_part,
        count(CASE WHEN matured AND logged_at > requested_at + INTERVAL 1 DAY THEN 1 END) AS logged_late
    FROM placed
    WHERE month + INTERVAL 2 MONTH <= today
    GROUP BY GROUPING SETS ((city, month), (city, zone, month))
),
rates AS (
    -- Wilson's interval at 95 %: 1.959964 standard deviations.
    SELECT
        *,
        CAST(met_requests AS DOUBLE) / matured_requests AS p,
        3.8414588 / matured_requests AS z2n
    FROM counts
)
SELECT
    city, level, place, zone, month, received, set_aside, still_open, matured_requests, met_requests, delivered_in_part,
    logged_late,
    CASE WHEN matured_requests >= 20 THEN round(100 * p, 1) END AS met_pct,
    CASE WHEN matured_requests >= 20 THEN
        round(100 * (p + z2n / 2 - sqrt(z2n * (p * (1 - p) + z2n / 4))) / (1 + z2n), 1)
    END AS met_low_pct,
    CASE WHEN matured_requests >= 20 THEN
        round(100 * (p + z2n / 2 + sqrt(z2n * (p * (1 - p) + z2n / 4))) / (1 + z2n), 1)
    END AS met_high_pct
FROM rates

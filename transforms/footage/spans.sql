-- When footage was recorded of each camera, to the second: spans that neither overlap nor touch, from recordings that
-- may do both. To sort those takes ten times as long as to read them. But most fill an hour of the clock, and hours need
-- no order: 32 of them are the bits of a number. What fills no hour is left as it is. Then only the moments count at
-- which one more or one less recording runs, and where one ends as the next begins there is no such moment.
WITH clock AS (
    -- Seconds of the Indian clock, by which recorders begin their files.
    SELECT camera_id, epoch(start_at) + 19800 AS start_s, epoch(end_at) + 19800 AS end_s
    FROM recordings
    WHERE end_at > start_at
),
told AS (
    SELECT camera_id, start_s, end_s, hour, start_s = 3600 * hour AND end_s = start_s + 3600 AS fills
    FROM (SELECT camera_id, start_s, end_s, CAST(floor(start_s / 3600) AS BIGINT) AS hour FROM clock) AS hours
),
folded AS (
    SELECT
        camera_id,
        CASE WHEN fills THEN (hour >> 5) * 115200 ELSE CAST(start_s AS BIGINT) END AS start_s,
        bit_or(CAST(fills AS BIGINT) << CAST(hour & 31 AS INTEGER)) AS hours,
        max(CASE WHEN NOT fills THEN CAST(end_s AS BIGINT) END) AS end_s
    FROM told
    GROUP BY 1, 2
),
whole AS (
    SELECT camera_id, start_s, end_s FROM folded WHERE end_s IS NOT NULL
    UNION ALL
    SELECT camera_id, start_s, start_s + 115200 AS end_s FROM folded WHERE hours = 4294967295
),
steps AS (
    SELECT camera_id, start_s AS at_s, 1 AS step FROM whole
    UNION ALL
    SELECT camera_id, end_s AS at_s, -1 AS step FROM whole
    UNION ALL
    -- A bit that differs from the one below it.
    SELECT camera_id, start_s + 3600 * bit AS at_s, ((hours >> bit) & 1) - (((hours << 1) >> bit) & 1) AS step
    FROM folded, (SELECT unnest(range(0, 33)) AS bit) AS bits
    WHERE hours > 0 AND hours < 4294967295 AND (hours >> bit) & 1 <> ((hours << 1) >> bit) & 1
),
moments AS (
    SELECT camera_id, at_s, sum(step) AS step FROM steps GROUP BY camera_id, at_s HAVING sum(step) <> 0
),
running AS (
    SELECT
        camera_id,
        at_s,
        step,
        sum(step) OVER (PARTITION BY camera_id ORDER BY at_s ROWS UNBOUNDED PRECEDING) AS recordings
    FROM moments
),
spans AS (
    SELECT
        camera_id,
        recordings,
        at_s AS start_s,
        lead(at_s) OVER (PARTITION BY camera_id ORDER BY at_s) AS end_s
    FROM running
    WHERE recordings = step OR recordings = 0
)
SELECT camera_id, to_timestamp(start_s - 19800) AS start_at, to_timestamp(end_s - 19800) AS end_at
FROM spans
WHERE recordings > 0

-- When footage was recorded of each camera, to the second: spans that neither overlap nor touch, from recordings that
-- may do both. To sort those takes ten times as long as to read them. But a recorder begins a file as the last one ends,
-- and most are of one length: 60 places in a row, each for a file or none, are the bits of a number and need no order.
-- Full numbers are folded once more, as files of 60 times the length. Nothing is lost by it: of each file its number's
-- begin, the length and the bit tell. Then only the moments count at which one more or one less recording runs, and where
-- one ends as the next begins there is no such moment.
WITH files AS (
    SELECT camera_id, start_s, length_s, floor(start_s / length_s) AS place
    FROM (
        SELECT camera_id, start_s, end_s - start_s AS length_s
        FROM (
            SELECT camera_id, epoch(start_at) AS start_s, epoch(end_at) AS end_s FROM recordings WHERE end_at > start_at
        ) AS seconds
    ) AS lengths
),
folded AS (
    SELECT camera_id, length_s, start_s - length_s * bit AS start_s, bit_or(CAST(1 AS BIGINT) << bit) AS bits
    FROM (
        SELECT camera_id, length_s, start_s, CAST(place - 60 * floor(place / 60) AS INTEGER) AS bit FROM files
    ) AS placed
    GROUP BY 1, 2, 3
),
numbers AS (
    SELECT
        camera_id,
        CASE WHEN is_full THEN length_s * 60 ELSE length_s END AS length_s,
        CASE WHEN is_full THEN start_s - length_s * 60 * bit ELSE start_s END AS start_s,
        bit_or(CASE WHEN is_full THEN CAST(1 AS BIGINT) << bit ELSE bits END) AS bits
    FROM (
        SELECT
            camera_id,
            length_s,
            start_s,
            bits,
            bits = 1152921504606846975 AS is_full,
            CAST(place - 60 * floor(place / 60) AS INTEGER) AS bit
        FROM (SELECT *, floor(start_s / (length_s * 60)) AS place FROM folded) AS places
    ) AS placed
    GROUP BY 1, 2, 3
),
moments AS (
    -- A bit that differs from the one below it.
    SELECT
        camera_id,
        CAST(start_s + length_s * bit AS BIGINT) AS at_s,
        sum(((bits >> bit) & 1) - (((bits << 1) >> bit) & 1)) AS step
    FROM numbers, (SELECT unnest(range(0, 61)) AS bit) AS bits_of
    WHERE (bits >> bit) & 1 <> ((bits << 1) >> bit) & 1
    GROUP BY 1, 2
),
running AS (
    SELECT
        camera_id,
        at_s,
        step,
        sum(step) OVER (PARTITION BY camera_id ORDER BY at_s ROWS UNBOUNDED PRECEDING) AS recordings
    FROM moments
    WHERE step <> 0
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
SELECT camera_id, to_timestamp(start_s) AS start_at, to_timestamp(end_s) AS end_at
FROM spans
WHERE recordings > 0

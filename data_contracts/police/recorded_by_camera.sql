-- For how long each camera was due in each month since it stood there, and how much of that was recorded, in seconds.
WITH cameras AS (
    SELECT *, coalesce(recorder_id, camera_id) AS recorder
    FROM police__cameras
    WHERE device_type = 'camera' AND status <> 'removed'
),
numbers AS (
    -- Some cameras bore another number before.
    SELECT city, camera_id, recorder, camera_id AS number FROM cameras
    UNION
    SELECT city, camera_id, recorder, former_id AS number FROM cameras WHERE former_id IS NOT NULL
),
told AS (
    -- By the clock of India, which months and days of commissioning are told by, too.
    SELECT
        n.city, n.camera_id, n.recorder,
        timezone('Asia/Kolkata', s.start_at) AS start_at, timezone('Asia/Kolkata', s.end_at) AS end_at
    FROM police__recordings AS s
    JOIN numbers AS n ON n.city = s.city AND n.number = s.camera_id
    WHERE s.end_at > s.start_at
),
heard AS (
    -- Of a recorder that never handed over its index it is not known what it recorded.
    SELECT DISTINCT city, recorder FROM told
),
known AS (
    SELECT
        city,
        timezone('Asia/Kolkata', min(start_at)) AS known_from,
        timezone('Asia/Kolkata', max(end_at)) AS known_until
    FROM police__recordings
    WHERE end_at > start_at
    GROUP BY city
),
begun AS (
    SELECT
        city,
        known_from,
        known_until,
        unnest(generate_series(date_trunc('month', known_from), known_until, INTERVAL 1 MONTH)) AS start_at
    FROM known
),
months AS (
    -- The last one as far as it has come.
    SELECT *, least(start_at + INTERVAL 1 MONTH, known_until) AS end_at FROM begun WHERE start_at < known_until
),
reached AS (
    SELECT
        *,
        max(end_at) OVER (
            PARTITION BY city, camera_id ORDER BY start_at, end_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_at
    FROM told
),
added AS (
    -- What a recording adds to those before it, as they may overlap.
    SELECT city, camera_id, greatest(start_at, coalesce(reached_at, start_at)) AS start_at, end_at
    FROM reached
    WHERE reached_at IS NULL OR end_at > reached_at
),
due AS (
    SELECT
        c.city,
        c.camera_id,
        c.ward_id,
        c.zone,
        m.start_at AS month,
        m.known_from,
        m.known_until,
        greatest(m.start_at, coalesce(CAST(c.commissioned_on AS TIMESTAMP), m.start_at)) AS start_at,
        m.end_at
    FROM cameras AS c
    JOIN heard AS h ON h.city = c.city AND h.recorder = c.recorder
    JOIN months AS m ON m.city = c.city
    WHERE c.commissioned_on IS NULL OR CAST(c.commissioned_on AS TIMESTAMP) < m.end_at
)
SELECT
    d.city,
    d.camera_id,
    d.ward_id,
    d.zone,
    CAST(d.month AS DATE) AS month,
    CAST(d.known_from AS DATE) AS known_from_on,
    CAST(d.known_until AS DATE) AS known_until_on,
    epoch(d.end_at) - epoch(d.start_at) AS due_s,
    -- Of a camera without a recording the ends are those of the month, as least and greatest pass over what is absent.
    sum(
        CASE
            WHEN a.camera_id IS NULL THEN 0 ELSE epoch(least(a.end_at, d.end_at)) - epoch(greatest(a.start_at, d.start_at))
        END
    ) AS recorded_s
FROM due AS d
LEFT JOIN added AS a
    ON a.city = d.city AND a.camera_id = d.camera_id AND a.start_at < d.end_at AND a.end_at > d.start_at
GROUP BY d.city, d.camera_id, d.ward_id, d.zone, d.month, d.known_from, d.known_until, d.start_at, d.end_at

-- What each indicator of a city says in a round, how that is known, and the points that it gives.
WITH rounds AS (
    SELECT assessment_round FROM aggregates
    UNION
    SELECT assessment_round FROM declared
    UNION
    SELECT assessment_round FROM decisions
),
-- Of all decisions on a place the last one stands.
decided AS (
    SELECT assessment_round, city, indicator_id, decision, document_sha256
    FROM (
        SELECT *, row_number() OVER (PARTITION BY assessment_round, city, indicator_id ORDER BY seq DESC) AS place
        FROM decisions
    ) AS ordered
    WHERE place = 1
),
-- Values measured and declared, side by side; one that rests on too few cases counts as missing.
readings AS (
    SELECT a.assessment_round, a.city, a.indicator_id, 'measured' AS kind, a.value
    FROM aggregates AS a
    JOIN indicators AS i ON i.indicator_id = a.indicator_id
    WHERE i.evidence <> 'reviewed' AND coalesce(a.n, 0) >= i.least_n
    UNION ALL
    SELECT d.assessment_round, d.city, d.indicator_id, 'declared' AS kind,
        CASE WHEN i.unit = 'points' THEN CAST(d.points AS DOUBLE) ELSE d.number END AS value
    FROM declared AS d
    JOIN indicators AS i ON i.indicator_id = d.indicator_id
),
-- How far from floor to target, in per cent; where lower is better both differences are negative.
attained AS (
    SELECT
        r.*,
        i.unit,
        CASE
            WHEN i.unit <> 'points'
                THEN round(100 * least(greatest((r.value - i.floor) / (i.target - i.floor), 0), 1), 6)
        END AS attainment
    FROM readings AS r
    JOIN indicators AS i ON i.indicator_id = r.indicator_id
),
graded AS (
    SELECT
        a.*,
        CASE
            WHEN a.unit = 'points' THEN CAST(a.value AS INTEGER)
            WHEN a.attainment >= s.band_4 THEN 4
            WHEN a.attainment >= s.band_3 THEN 3
            WHEN a.attainment >= s.band_2 THEN 2
            WHEN a.attainment >= 0 THEN 1
        END AS points
    FROM attained AS a
    CROSS JOIN scale AS s
),
places AS (
    SELECT
        r.assessment_round,
        c.city,
        i.indicator_id,
        i.dimension,
        i.evidence,
        i.unit,
        i.interval = 'wilson' AS has_interval,
        i.weight,
        a.hits,
        a.n,
        coalesce(a.complete, FALSE) AS complete,
        m.value AS measured,
        m.attainment AS measured_attainment,
        m.points AS measured_points,
        d.value AS declared_number,
        d.attainment AS declared_attainment,
        coalesce(d.points, w.points) AS declared_points,
        coalesce(j.decision = 'not_applicable', FALSE) AS excused,
        coalesce(j.decision = 'accepted' AND j.document_sha256 = w.document_sha256, FALSE) AS accepted
    FROM rounds AS r
    CROSS JOIN cities AS c
    CROSS JOIN indicators AS i
    LEFT JOIN aggregates AS a
        ON a.assessment_round = r.assessment_round AND a.city = c.city AND a.indicator_id = i.indicator_id
    LEFT JOIN graded AS m
        ON m.assessment_round = r.assessment_round AND m.city = c.city AND m.indicator_id = i.indicator_id
        AND m.kind = 'measured'
    LEFT JOIN declared AS w
        ON w.assessment_round = r.assessment_round AND w.city = c.city AND w.indicator_id = i.indicator_id
    LEFT JOIN graded AS d
        ON d.assessment_round = r.assessment_round AND d.city = c.city AND d.indicator_id = i.indicator_id
        AND d.kind = 'declared'
    LEFT JOIN decided AS j
        ON j.assessment_round = r.assessment_round AND j.city = c.city AND j.indicator_id = i.indicator_id
),
-- A document stands for what no query can see, never for a feed that is silent: else silence could raise a score.
classed AS (
    SELECT
        *,
        CASE
            WHEN excused THEN 'not_applicable'
            WHEN measured_points IS NOT NULL AND complete THEN 'computed'
            WHEN declared_points IS NULL THEN 'missing'
            WHEN accepted AND evidence = 'reviewed' THEN 'reviewed'
            WHEN accepted AND evidence = 'mixed' AND measured_points IS NOT NULL THEN 'reviewed'
            ELSE 'declared'
        END AS class
    FROM places
),
valued AS (
    SELECT
        *,
        -- Of two parts told in points the smaller counts; else what was measured, and what was declared without it.
        CASE
            WHEN class NOT IN ('computed', 'reviewed') THEN NULL
            WHEN class = 'reviewed' AND unit = 'points'
                THEN least(coalesce(measured_points, declared_points), declared_points)
            ELSE coalesce(measured_points, declared_points)
        END AS points,
        class = 'computed' OR (class = 'reviewed' AND evidence = 'mixed') AS is_measured
    FROM classed
),
counted AS (
    SELECT
        *,
        CASE WHEN is_measured AND has_interval THEN CAST(hits AS DOUBLE) END AS met,
        CASE WHEN is_measured AND has_interval AND hits IS NOT NULL THEN CAST(n AS DOUBLE) END AS cases
    FROM valued
),
-- z = 1.959963984540054, the two-sided 95 % of a normal distribution, and its square.
spread AS (
    SELECT
        *,
        (2 * met + 3.841458820694124e0) / (2 * (cases + 3.841458820694124e0)) AS middle,
        1.959963984540054e0 * sqrt(4 * met * (cases - met) / nullif(cases, 0) + 3.841458820694124e0)
        / (2 * (cases + 3.841458820694124e0)) AS half
    FROM counted
)
SELECT
    assessment_round,
    city,
    indicator_id,
    dimension,
    class,
    CASE
        WHEN points IS NULL THEN NULL
        WHEN unit = 'points' THEN CAST(points AS DOUBLE)
        ELSE round(coalesce(measured, declared_number), 6)
    END AS value,
    CASE WHEN is_measured THEN hits END AS hits,
    CASE WHEN is_measured THEN n END AS n,
    -- Wilson's 95 % interval; its ends are exact where the share is 0 or 1.
    CASE WHEN cases > 0 THEN round(100 * CASE WHEN met = 0 THEN 0 ELSE middle - half END, 6) END AS low,
    CASE WHEN cases > 0 THEN round(100 * CASE WHEN met = cases THEN 1 ELSE middle + half END, 6) END AS high,
    CASE WHEN points IS NOT NULL THEN coalesce(measured_attainment, declared_attainment) END AS attainment,
    CAST(points AS INTEGER) AS points,
    declared_number,
    CASE WHEN class <> 'not_applicable' THEN CAST(declared_points AS INTEGER) END AS declared_points,
    CASE WHEN class <> 'not_applicable' THEN CAST(coalesce(declared_points, points) AS INTEGER) END AS reported_points,
    CASE WHEN class <> 'not_applicable' THEN CAST(coalesce(points, 0) AS INTEGER) END AS strict_points,
    weight
FROM spread
ORDER BY assessment_round, city, indicator_id

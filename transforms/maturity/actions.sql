-- The five indicators of a city whose next band would bring most strict points for the effort.
WITH possible AS (
    SELECT
        assessment_round,
        dimension,
        city,
        CAST(sum(weight) AS DOUBLE) AS weight
    FROM indicator_scores
    WHERE class <> 'not_applicable'
    GROUP BY assessment_round, dimension, city
),
shared AS (
    SELECT
        p.assessment_round,
        p.city,
        p.dimension,
        CAST(d.weight AS DOUBLE) / CAST(sum(d.weight) OVER (PARTITION BY p.assessment_round, p.city) AS DOUBLE)
        / p.weight AS share
    FROM possible AS p
    JOIN dimensions AS d ON d.dimension = p.dimension
),
gains AS (
    SELECT
        s.assessment_round,
        s.city,
        s.indicator_id,
        round(100 * h.share * CAST(s.weight AS DOUBLE) / 4, 6) AS gain,
        i.effort,
        s.strict_points + 1 AS to_points,
        -- How far the next band is off; where nothing was measured nobody knows.
        CASE s.points WHEN 1 THEN c.band_2 WHEN 2 THEN c.band_3 WHEN 3 THEN c.band_4 END - s.attainment AS distance
    FROM indicator_scores AS s
    JOIN indicators AS i ON i.indicator_id = s.indicator_id
    JOIN shared AS h ON h.assessment_round = s.assessment_round AND h.city = s.city AND h.dimension = s.dimension
    CROSS JOIN scale AS c
    WHERE s.strict_points < 4
),
ordered AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY assessment_round, city
            ORDER BY round(gain / effort, 6) DESC, distance ASC NULLS LAST, indicator_id
        ) AS place
    FROM gains
)
SELECT assessment_round, city, CAST(place AS INTEGER) AS place, indicator_id, gain, effort, to_points
FROM ordered
WHERE place <= 5
ORDER BY assessment_round, city, place

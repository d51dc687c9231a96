-- The three scores of each dimension, in per cent of the points it could have, and how much of it is known and proven.
WITH rows_of AS (
    SELECT
        s.*,
        s.class <> 'not_applicable' AS applies,
        -- What was declared is held against what was measured; a document that was accepted measures nothing.
        s.declared_points IS NOT NULL
        AND (s.class = 'computed' OR (s.class = 'reviewed' AND i.evidence = 'mixed')) AS compared
    FROM indicator_scores AS s
    JOIN indicators AS i ON i.indicator_id = s.indicator_id
),
sums AS (
    SELECT
        assessment_round,
        city,
        dimension,
        CAST(sum(CASE WHEN applies THEN weight END) AS DOUBLE) AS applicable,
        CAST(sum(CASE WHEN class IN ('computed', 'reviewed', 'declared') THEN weight ELSE 0 END) AS DOUBLE) AS told,
        CAST(sum(CASE WHEN class IN ('computed', 'reviewed') THEN weight ELSE 0 END) AS DOUBLE) AS proven,
        CAST(sum(weight * reported_points) AS DOUBLE) AS reported_sum,
        CAST(sum(CASE WHEN reported_points IS NOT NULL THEN weight END) AS DOUBLE) AS reported_weight,
        CAST(sum(weight * points) AS DOUBLE) AS evidence_sum,
        CAST(sum(CASE WHEN points IS NOT NULL THEN weight END) AS DOUBLE) AS evidence_weight,
        CAST(sum(weight * strict_points) AS DOUBLE) AS strict_sum,
        CAST(sum(CASE WHEN compared THEN weight * (declared_points - points) END) AS DOUBLE) AS gap_sum,
        CAST(sum(CASE WHEN compared THEN weight END) AS DOUBLE) AS gap_weight
    FROM rows_of
    GROUP BY assessment_round, city, dimension
),
shares AS (
    SELECT
        s.*,
        round(100 * s.told / s.applicable, 6) AS coverage,
        round(100 * s.proven / s.applicable, 6) AS evidence_share,
        coalesce(round(100 * s.told / s.applicable, 6) >= c.coverage_least, FALSE) AS rated
    FROM sums AS s
    CROSS JOIN scale AS c
)
SELECT
    assessment_round,
    city,
    dimension,
    CASE WHEN rated THEN round(100 * reported_sum / (4 * reported_weight), 6) END AS reported,
    CASE WHEN rated THEN round(100 * evidence_sum / (4 * evidence_weight), 6) END AS evidence,
    round(100 * strict_sum / (4 * applicable), 6) AS strict,
    round(100 * gap_sum / (4 * gap_weight), 6) AS gap,
    coverage,
    evidence_share,
    rated
FROM shares
ORDER BY assessment_round, city, dimension

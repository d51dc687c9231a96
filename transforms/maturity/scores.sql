-- A city's overall scores: the means of its dimensions' by their weights, over those that have a figure; its level, and
-- the gate that keeps it from the next one.
WITH weighted AS (
    SELECT
        s.assessment_round,
        s.city,
        d.weight,
        CAST(s.reported AS DECIMAL(12, 6)) AS reported,
        CAST(s.evidence AS DECIMAL(12, 6)) AS evidence,
        CAST(s.strict AS DECIMAL(12, 6)) AS strict,
        CAST(s.gap AS DECIMAL(12, 6)) AS gap,
        CAST(s.coverage AS DECIMAL(12, 6)) AS coverage,
        CAST(s.evidence_share AS DECIMAL(12, 6)) AS evidence_share
    FROM dimension_scores AS s
    JOIN dimensions AS d ON d.dimension = s.dimension
),
-- Sums of decimals are exact, in whatever order.
sums AS (
    SELECT
        assessment_round,
        city,
        CAST(sum(weight * reported) AS DOUBLE) AS reported_sum,
        CAST(sum(CASE WHEN reported IS NOT NULL THEN weight END) AS DOUBLE) AS reported_weight,
        CAST(sum(weight * evidence) AS DOUBLE) AS evidence_sum,
        CAST(sum(CASE WHEN evidence IS NOT NULL THEN weight END) AS DOUBLE) AS evidence_weight,
        CAST(sum(weight * gap) AS DOUBLE) AS gap_sum,
        CAST(sum(CASE WHEN gap IS NOT NULL THEN weight END) AS DOUBLE) AS gap_weight,
        CAST(sum(weight * strict) AS DOUBLE) AS strict_sum,
        CAST(sum(weight * coverage) AS DOUBLE) AS coverage_sum,
        CAST(sum(weight * evidence_share) AS DOUBLE) AS share_sum,
        CAST(sum(CASE WHEN strict IS NOT NULL THEN weight END) AS DOUBLE) AS applicable
    FROM weighted
    GROUP BY assessment_round, city
),
overall AS (
    SELECT
        assessment_round,
        city,
        round(reported_sum / reported_weight, 6) AS reported,
        round(evidence_sum / evidence_weight, 6) AS evidence,
        round(strict_sum / applicable, 6) AS strict,
        round(gap_sum / gap_weight, 6) AS gap,
        round(coverage_sum / applicable, 6) AS coverage,
        round(share_sum / applicable, 6) AS evidence_share
    FROM sums
),
weakest AS (
    SELECT assessment_round, city, dimension, strict
    FROM (
        SELECT
            *,
            row_number() OVER (PARTITION BY assessment_round, city ORDER BY strict, dimension) AS place
        FROM dimension_scores
        WHERE strict IS NOT NULL
    ) AS ordered
    WHERE place = 1
),
steps AS (
    SELECT level, strict, share, lag(strict, 1, 0.0) OVER (ORDER BY level) AS dimension_strict FROM levels
),
gates AS (
    SELECT
        o.assessment_round,
        o.city,
        s.level,
        CASE
            WHEN NOT coalesce(o.strict >= s.strict, FALSE) THEN 'strict'
            WHEN w.strict < s.dimension_strict THEN 'dimension:' || w.dimension
            WHEN o.evidence_share < s.share THEN 'share'
        END AS held_by
    FROM overall AS o
    CROSS JOIN steps AS s
    LEFT JOIN weakest AS w ON w.assessment_round = o.assessment_round AND w.city = o.city
),
reached AS (
    SELECT assessment_round, city, coalesce(max(CASE WHEN held_by IS NULL THEN level END), 0) AS level
    FROM gates
    GROUP BY assessment_round, city
)
SELECT
    o.assessment_round,
    o.city,
    o.reported,
    o.evidence,
    o.strict,
    o.gap,
    o.coverage,
    o.evidence_share,
    coalesce(o.coverage >= c.coverage_least, FALSE) AS rated,
    CAST(r.level AS INTEGER) AS level,
    g.held_by
FROM overall AS o
CROSS JOIN scale AS c
JOIN reached AS r ON r.assessment_round = o.assessment_round AND r.city = o.city
LEFT JOIN gates AS g ON g.assessment_round = o.assessment_round AND g.city = o.city AND g.level = r.level + 1
ORDER BY o.assessment_round, o.city

-- How a city's figures lie among those of its peers: cities of its league and region, the next wider group where fewer
-- than five of these have the figure. No ranks; a band only where the figure's interval is clear of the quartile.
WITH figures AS (
    SELECT assessment_round, city, 'strict' AS measure, strict AS figure, strict AS low, strict AS high, TRUE AS higher
    FROM scores
    WHERE strict IS NOT NULL
    UNION ALL
    SELECT assessment_round, city, dimension, strict, strict, strict, TRUE
    FROM dimension_scores
    WHERE strict IS NOT NULL
    UNION ALL
    SELECT s.assessment_round, s.city, s.indicator_id, s.value, coalesce(s.low, s.value), coalesce(s.high, s.value),
        i.better = 'higher'
    FROM indicator_scores AS s
    JOIN indicators AS i ON i.indicator_id = s.indicator_id
    WHERE s.value IS NOT NULL
),
placed AS (
    SELECT
        f.*,
        c.league,
        c.region,
        CASE
            WHEN c.league IS NULL OR c.region IS NULL THEN 0
            ELSE count(*) OVER (PARTITION BY f.assessment_round, f.measure, c.league, c.region)
        END AS of_region,
        CASE
            WHEN c.league IS NULL THEN 0
            ELSE count(*) OVER (PARTITION BY f.assessment_round, f.measure, c.league)
        END AS of_league
    FROM figures AS f
    JOIN cities AS c ON c.city = f.city
),
grouped AS (
    SELECT
        *,
        CASE
            WHEN of_region >= 5 THEN 'league_region'
            WHEN of_league >= 5 THEN 'league'
            ELSE 'all'
        END AS peer_group
    FROM placed
),
compared AS (
    SELECT
        f.assessment_round,
        f.city,
        f.measure,
        f.peer_group,
        f.low,
        f.high,
        f.higher,
        count(*) AS peers,
        median(o.figure) AS median,
        quantile_cont(o.figure, 0.25) AS q1,
        quantile_cont(o.figure, 0.75) AS q3,
        sum(CASE WHEN o.figure = f.figure THEN 1 WHEN (o.figure < f.figure) = f.higher THEN 2 ELSE 0 END) AS behind
    FROM grouped AS f
    JOIN placed AS o
        ON o.assessment_round = f.assessment_round AND o.measure = f.measure
        AND (f.peer_group = 'all' OR o.league = f.league)
        AND (f.peer_group <> 'league_region' OR o.region = f.region)
    GROUP BY f.assessment_round, f.city, f.measure, f.peer_group, f.low, f.high, f.higher
)
SELECT
    assessment_round,
    city,
    measure,
    peer_group,
    peers,
    round(median, 6) AS median,
    round(q1, 6) AS q1,
    round(q3, 6) AS q3,
    -- The share of peers that it does better than, one that does as well counting half.
    round(100 * CAST(behind AS DOUBLE) / (2 * peers), 6) AS percentile,
    CASE
        WHEN higher AND low > q3 THEN 'upper'
        WHEN higher AND high < q1 THEN 'lower'
        WHEN NOT higher AND high < q1 THEN 'upper'
        WHEN NOT higher AND low > q3 THEN 'lower'
        ELSE 'middle'
    END AS band
FROM compared
ORDER BY assessment_round, city, measure

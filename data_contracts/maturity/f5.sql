-- Hours until a quarter of the half year's requests for footage were supplied in full, by the estimate of Aalen and
-- Johansen: every other end competes, what is open is censored. Where a quarter never was, the longest time seen if it
-- is beyond the floor of 168 hours (it took at least that), else nothing is known.
WITH ended AS (
    SELECT
        l.city,
        r.assessment_round,
        l.met,
        l.outcome <> 'pending' AS over,
        epoch(CASE
            WHEN l.outcome = 'pending' THEN l.known_until
            WHEN l.outcome IN ('delivered', 'partial') THEN coalesce(l.delivered_at, l.closed_at)
            ELSE l.closed_at
        END) - epoch(l.requested_at) AS seconds
    FROM mart_footage_life AS l
    JOIN rounds AS r ON l.requested_at >= r.start_at AND l.requested_at < r.end_at
),
steps AS (
    -- Of a request that ended nobody knows when, or before it was made, nothing can be said.
    SELECT
        city,
        assessment_round,
        seconds,
        count(*) AS gone,
        count(CASE WHEN over THEN 1 END) AS over,
        count(CASE WHEN met THEN 1 END) AS met
    FROM ended
    WHERE seconds >= 0
    GROUP BY city, assessment_round, seconds
),
risks AS (
    SELECT
        *,
        sum(gone) OVER (
            PARTITION BY city, assessment_round ORDER BY seconds ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS at_risk
    FROM steps
),
staying AS (
    -- The share that no end has reached before, as a sum of logarithms; where all end at once nobody comes after.
    SELECT
        *,
        exp(coalesce(sum(CASE WHEN over < at_risk THEN ln(1 - over / at_risk) END) OVER (
            PARTITION BY city, assessment_round ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0)) AS before
    FROM risks
),
curves AS (
    SELECT
        *,
        sum(before * met / at_risk) OVER (
            PARTITION BY city, assessment_round ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS supplied
    FROM staying
),
times AS (
    -- A quarter may come as a sum of many fractions, a little under it.
    SELECT
        city,
        assessment_round,
        coalesce(
            min(CASE WHEN supplied >= 0.25 - 1e-9 THEN seconds END) / 3600,
            CASE WHEN max(seconds) > 168 * 3600 THEN max(seconds) / 3600 END
        ) AS value,
        CAST(sum(gone) AS BIGINT) AS n
    FROM curves
    GROUP BY city, assessment_round
)
SELECT city, assessment_round, value, CAST(NULL AS BIGINT) AS hits, n, true AS complete
FROM times
WHERE value IS NOT NULL

-- Of the requests for footage made in the half year whose time is up or that ended, those met in full by the time they
-- were due; what was withdrawn or asked twice is not counted.
WITH counts AS (
    SELECT
        l.city,
        r.assessment_round,
        count(CASE WHEN l.met AND coalesce(l.delivered_at, l.closed_at) <= l.due_at THEN 1 END) AS hits,
        count(*) AS n
    FROM mart_footage_life AS l
    JOIN rounds AS r ON l.requested_at >= r.start_at AND l.requested_at < r.end_at
    WHERE l.matured
    GROUP BY l.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

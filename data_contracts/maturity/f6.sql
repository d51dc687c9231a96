-- Of the requests for footage made in the half year whose time is up or that ended, those not met because the footage
-- was overwritten, before they came or while they waited.
WITH counts AS (
    SELECT
        c.city,
        r.assessment_round,
        count(CASE WHEN c.reason IN ('expired_before_request', 'expired_during_handling') THEN 1 END) AS hits,
        count(*) AS n
    FROM mart_footage_causes AS c
    JOIN rounds AS r ON c.requested_at >= r.start_at AND c.requested_at < r.end_at
    WHERE c.matured
    GROUP BY c.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

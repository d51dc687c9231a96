-- Deliveries that could be read and came by the day on which they were due, in the half year (182 days) before the
-- assessment. A dataset whose next one is overdue counts as one that did not; its first has no due date.
WITH came AS (
    SELECT d.city, r.assessment_round, count(CASE WHEN d.received_at <= d.due_at THEN 1 END) AS hits, count(*) AS n
    FROM platform__deliveries AS d
    JOIN rounds AS r ON d.received_at <= r.as_of AND d.received_at > r.as_of - INTERVAL 182 DAY
    WHERE d.read AND d.due_at IS NOT NULL
    GROUP BY d.city, r.assessment_round
),
newest AS (
    SELECT d.city, d.department, d.dataset, r.assessment_round, r.as_of, max(d.received_at) AS received_at
    FROM platform__deliveries AS d
    JOIN rounds AS r ON d.received_at <= r.as_of
    WHERE d.read
    GROUP BY d.city, d.department, d.dataset, r.assessment_round, r.as_of
),
missed AS (
    SELECT n.city, n.assessment_round, 0 AS hits, count(*) AS n
    FROM newest AS n
    JOIN platform__datasets AS d ON d.city = n.city AND d.department = n.department AND d.dataset = n.dataset
    WHERE epoch(n.as_of) - epoch(n.received_at) > 86400 * (d.frequency_days + d.latency_days)
    GROUP BY n.city, n.assessment_round
),
counts AS (
    SELECT city, assessment_round, CAST(sum(hits) AS BIGINT) AS hits, CAST(sum(n) AS BIGINT) AS n
    FROM (SELECT * FROM came UNION ALL SELECT * FROM missed) AS counted
    GROUP BY city, assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

-- Use cases of the catalogue that are live, with each feed they name come within its cadence (30 days where that is
-- shorter), and a procedure in the register. That the procedure itself is on file has to be shown by a document.
WITH began AS (
    SELECT city, min(received_at) AS began_at FROM platform__deliveries GROUP BY city
),
came AS (
    SELECT city, department, dataset, received_at AS came_at FROM platform__deliveries WHERE read AND NOT held
    UNION ALL
    SELECT city, department, dataset, last_received_at AS came_at FROM platform__deliveries WHERE read AND NOT held
),
fresh AS (
    SELECT DISTINCT r.assessment_round, c.city, c.department || '__' || c.dataset AS feed
    FROM rounds AS r
    JOIN came AS c ON c.came_at <= r.as_of
    JOIN platform__datasets AS d ON d.city = c.city AND d.department = c.department AND d.dataset = c.dataset
    WHERE epoch(r.as_of) - epoch(c.came_at) <= 86400 * greatest(30, d.frequency_days + d.latency_days)
),
named AS (
    SELECT city, use_case_id, unnest(string_split(feeds, ' ')) AS feed FROM iccc__use_cases WHERE feeds IS NOT NULL
),
served AS (
    SELECT r.assessment_round, n.city, n.use_case_id
    FROM rounds AS r
    CROSS JOIN named AS n
    LEFT JOIN fresh AS f ON f.assessment_round = r.assessment_round AND f.city = n.city AND f.feed = n.feed
    WHERE n.feed <> ''
    GROUP BY r.assessment_round, n.city, n.use_case_id
    HAVING count(*) = count(f.feed)
),
registers AS (
    SELECT DISTINCT city FROM iccc__sops
),
counts AS (
    SELECT
        u.city,
        r.assessment_round,
        count(CASE
            WHEN u.status = 'live' AND u.live_since < CAST(timezone('Asia/Kolkata', r.end_at) AS DATE)
                AND s.use_case_id IS NOT NULL AND p.sop_id IS NOT NULL
                THEN 1
        END) AS hits,
        count(*) AS n
    FROM iccc__use_cases AS u
    JOIN registers AS g ON g.city = u.city
    JOIN began AS b ON b.city = u.city
    JOIN rounds AS r ON r.as_of >= b.began_at
    LEFT JOIN served AS s
        ON s.assessment_round = r.assessment_round AND s.city = u.city AND s.use_case_id = u.use_case_id
    LEFT JOIN iccc__sops AS p ON p.city = u.city AND p.sop_id = u.sop_id
    GROUP BY u.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, false AS complete FROM counts

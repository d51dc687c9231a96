-- Emergency calls and fire incidents of the half year, false alarms left out, that were closed within the minutes of
-- their procedure: that of the live use case which rests on the feed and on the fewest others, of several the least
-- minutes. A feed without such a procedure is left out.
WITH live AS (
    SELECT
        f.feed,
        u.city,
        p.target_minutes,
        row_number() OVER (
            PARTITION BY u.city, f.feed
            ORDER BY length(u.feeds) - length(replace(u.feeds, ' ', '')), p.target_minutes
        ) AS place
    FROM iccc__use_cases AS u
    JOIN iccc__sops AS p ON p.city = u.city AND p.sop_id = u.sop_id
    CROSS JOIN (VALUES ('police__emergency_calls'), ('fire__fire_incidents')) AS f (feed)
    WHERE u.status = 'live' AND strpos(' ' || u.feeds || ' ', ' ' || f.feed || ' ') > 0
),
incidents AS (
    SELECT city, 'police__emergency_calls' AS feed, called_at AS begun_at, closed_at
    FROM police__emergency_calls
    WHERE NOT false_alarm
    UNION ALL
    SELECT city, 'fire__fire_incidents' AS feed, reported_at AS begun_at, closed_at
    FROM fire__fire_incidents
    WHERE incident_type <> 'false_alarm'
),
newest AS (
    SELECT city, feed, max(greatest(begun_at, closed_at)) AS known_until FROM incidents GROUP BY city, feed
),
timed AS (
    SELECT
        i.city,
        i.begun_at,
        i.closed_at IS NOT NULL AS closed,
        (epoch(coalesce(i.closed_at, n.known_until)) - epoch(i.begun_at)) / 60 AS minutes,
        l.target_minutes
    FROM incidents AS i
    JOIN newest AS n ON n.city = i.city AND n.feed = i.feed
    JOIN live AS l ON l.city = i.city AND l.feed = i.feed AND l.place = 1
),
counts AS (
    SELECT
        t.city,
        r.assessment_round,
        count(CASE WHEN t.closed AND t.minutes <= t.target_minutes THEN 1 END) AS hits,
        count(*) AS n
    FROM timed AS t
    JOIN rounds AS r ON t.begun_at >= r.start_at AND t.begun_at < r.end_at
    -- What is open and still has time is not judged.
    WHERE t.closed OR t.minutes > t.target_minutes
    GROUP BY t.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

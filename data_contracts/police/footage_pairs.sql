-- Each request with each camera that saw the place and stood there then: what was wrong with its footage of the window.
WITH cameras AS (
    SELECT * FROM police__cameras WHERE device_type = 'camera' AND status <> 'removed' AND azimuth_deg IS NOT NULL
),
numbers AS (
    -- Some cameras bore another number before.
    SELECT city, camera_id, camera_id AS number FROM cameras
    UNION
    SELECT city, camera_id, former_id AS number FROM cameras WHERE former_id IS NOT NULL
),
spans AS (
    SELECT n.city, n.camera_id, s.start_at, s.end_at, s.expires_at, s.legal_hold, s.stopped_by, s.clock_offset_ms
    FROM police__recordings AS s
    JOIN numbers AS n ON n.city = s.city AND n.number = s.camera_id
    WHERE s.end_at > s.start_at
),
kept AS (
    -- How long a recorder keeps footage is told by when its spans expire, better than by the register.
    SELECT city, camera_id, round(median((epoch(expires_at) - epoch(end_at)) / 86400.0)) AS keeps_days
    FROM spans
    WHERE NOT legal_hold
    GROUP BY city, camera_id
),
reached AS (
    SELECT
        city, camera_id, start_at,
        max(end_at) OVER (
            PARTITION BY city, camera_id ORDER BY start_at, end_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS stopped_at
    FROM spans
),
holes AS (
    SELECT city, camera_id, stopped_at, start_at AS resumed_at FROM reached WHERE start_at > stopped_at
    UNION ALL
    SELECT city, camera_id, max(end_at) AS stopped_at, CAST(NULL AS TIMESTAMPTZ) AS resumed_at
    FROM spans
    GROUP BY city, camera_id
),
stops AS (
    SELECT city, camera_id, end_at, max(stopped_by) AS stopped_by FROM spans GROUP BY city, camera_id, end_at
),
placed AS (
    -- East and north of the camera in metres, on a sphere of the earth's mean radius.
    SELECT
        r.city, r.request_id, r.incident_from, r.incident_to, r.requested_at, r.hold_at, r.needed_at, r.camera_ids,
        c.camera_id, c.former_id, c.azimuth_deg, c.hfov_deg, c.range_m, c.retention_days, c.commissioned_on,
        (r.lon - c.lon) * 111195 * cos(radians(r.lat)) AS east,
        (r.lat - c.lat) * 111195 AS north
    FROM mart_footage_life AS r
    JOIN cameras AS c
        ON c.city = r.city AND abs(r.lat - c.lat) * 111195 <= c.range_m AND abs(r.lon - c.lon) * 80000 <= c.range_m
),
near AS (
    SELECT *, abs(mod(degrees(atan2(east, north)) - azimuth_deg + 900, 360) - 180) AS turn_deg
    FROM placed
    WHERE sqrt(east * east + north * north) <= range_m
),
doubted AS (
    -- A station that names a camera which looks the other way knows better than the register.
    SELECT city, camera_id
    FROM near
    WHERE
        180 - turn_deg <= hfov_deg / 2 AND turn_deg > hfov_deg / 2
        AND (
            ';' || camera_ids || ';' LIKE '%;' || camera_id || ';%'
            OR ';' || camera_ids || ';' LIKE '%;' || former_id || ';%'
        )
    GROUP BY city, camera_id
),
seen AS (
    SELECT
        n.*,
        coalesce(k.keeps_days, n.retention_days) AS keeps_days,
        k.camera_id IS NOT NULL AND d.camera_id IS NULL AS known
    FROM near AS n
    LEFT JOIN kept AS k ON k.city = n.city AND k.camera_id = n.camera_id
    LEFT JOIN doubted AS d ON d.city = n.city AND d.camera_id = n.camera_id
    WHERE
        (n.turn_deg <= n.hfov_deg / 2 OR (d.camera_id IS NOT NULL AND 180 - n.turn_deg <= n.hfov_deg / 2))
        AND n.commissioned_on <= CAST(timezone('Asia/Kolkata', n.incident_from) AS DATE)
),
cut AS (
    SELECT
        s.city, s.request_id, s.camera_id,
        max(CASE WHEN t.stopped_by = 'device' THEN 1 ELSE 0 END) AS camera_down,
        max(CASE WHEN t.stopped_by = 'link' THEN 1 ELSE 0 END) AS link_down,
        max(CASE WHEN t.stopped_by = 'recorder' THEN 1 ELSE 0 END) AS recorder_fault,
        max(CASE WHEN t.stopped_by = 'other' THEN 1 ELSE 0 END) AS recording_gap,
        max(CASE WHEN t.stopped_by IS NULL THEN 1 ELSE 0 END) AS unexplained,
        sum(
            epoch(least(coalesce(h.resumed_at, s.incident_to), s.incident_to))
            - epoch(greatest(h.stopped_at, s.incident_from))
        ) AS missing_s,
        min(CASE WHEN t.stopped_by <> 'other' THEN (epoch(s.incident_from) - epoch(h.stopped_at)) / 60 END) AS down_minutes
    FROM seen AS s
    JOIN holes AS h
        ON h.city = s.city AND h.camera_id = s.camera_id AND h.stopped_at < s.incident_to
        AND (h.resumed_at IS NULL OR h.resumed_at > s.incident_from)
    JOIN stops AS t ON t.city = h.city AND t.camera_id = h.camera_id AND t.end_at = h.stopped_at
    GROUP BY s.city, s.request_id, s.camera_id
),
clocks AS (
    SELECT s.city, s.request_id, s.camera_id, arg_max(p.clock_offset_ms, p.start_at) AS clock_offset_ms
    FROM seen AS s
    JOIN spans AS p ON p.city = s.city AND p.camera_id = s.camera_id AND p.start_at <= s.incident_from
    GROUP BY s.city, s.request_id, s.camera_id
),
ends AS (
    SELECT *, incident_from + keeps_days * INTERVAL 1 DAY AS ends_at FROM seen
)
SELECT
    e.city,
    e.request_id,
    e.camera_id,
    e.known AND coalesce(c.unexplained, 0) = 0 AS known,
    coalesce(c.camera_down, 0) = 1 AS camera_down,
    coalesce(c.link_down, 0) = 1 AS link_down_not_backfilled,
    coalesce(c.recorder_fault, 0) = 1 AS recorder_fault,
    coalesce(c.recording_gap, 0) = 1 AS recording_gap,
    1 - coalesce(c.missing_s, 0) / (epoch(e.incident_to) - epoch(e.incident_from)) AS share,
    c.down_minutes,
    e.keeps_days,
    e.ends_at,
    e.ends_at <= e.requested_at AS expired_before_request,
    e.ends_at > e.requested_at AND e.ends_at <= e.needed_at AND (e.hold_at IS NULL OR e.hold_at >= e.ends_at)
        AS expired_during_handling,
    -- Whoever looks at the time asked for sees another: ten minutes are the most that a search allows for.
    abs(coalesce(o.clock_offset_ms, 0)) > 600000 AS clock_drift
FROM ends AS e
LEFT JOIN cut AS c ON c.city = e.city AND c.request_id = e.request_id AND c.camera_id = e.camera_id
LEFT JOIN clocks AS o ON o.city = e.city AND o.request_id = e.request_id AND o.camera_id = e.camera_id

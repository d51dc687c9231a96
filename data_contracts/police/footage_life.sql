-- Each request for footage: whether it counts, whether its time is up, whether it was met, and when footage was needed.
WITH newest AS (
    -- What the city knew when it sent its newest row; later than that nothing is known.
    SELECT city, max(updated_at) AS known_until FROM police__footage_requests GROUP BY city
)
SELECT
    r.city,
    r.request_id,
    r.incident_id,
    r.station,
    r.zone,
    r.ward_id,
    r.channel,
    r.offence_group,
    r.incident_from,
    r.incident_to,
    r.lat,
    r.lon,
    r.camera_ids,
    r.requested_at,
    r.logged_at,
    r.due_at,
    r.hold_placed_at AS hold_at,
    r.searched_at,
    r.located_at,
    r.exported_at,
    r.delivered_at,
    r.decided_at AS closed_at,
    least(coalesce(r.searched_at, n.known_until), coalesce(r.decided_at, n.known_until), n.known_until) AS needed_at,
    n.known_until,
    r.outcome,
    r.reason AS stated,
    r.authorisation_no IS NULL AS authorisation_missing,
    r.case_no IS NULL OR r.officer IS NULL AS incomplete_request,
    r.outcome NOT IN ('withdrawn', 'duplicate') AS counted,
    r.outcome NOT IN ('withdrawn', 'duplicate') AND (coalesce(r.due_at <= n.known_until, false) OR r.decided_at IS NOT NULL)
        AS matured,
    r.outcome = 'delivered' AS met
FROM police__footage_requests AS r
JOIN newest AS n ON n.city = r.city

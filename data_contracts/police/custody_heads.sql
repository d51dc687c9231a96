-- For each day one hash over the seals of its events: whoever keeps it sees later whether events of the day are gone.
-- The newest day is left out, as more of it may come.
WITH days AS (
    SELECT city, event_id, sha256, CAST(timezone('Asia/Kolkata', "at") AS DATE) AS day FROM police__custody_events
),
newest AS (
    SELECT city, max(day) AS day FROM days GROUP BY city
)
SELECT
    d.city,
    d.day,
    -- With the day before them: where there is but one event this is no plain hash of its seal.
    sha256(CAST(d.day AS VARCHAR) || chr(10) || string_agg(d.sha256, chr(10) ORDER BY d.event_id)) AS head
FROM days AS d
JOIN newest AS n ON n.city = d.city AND d.day < n.day
GROUP BY d.city, d.day

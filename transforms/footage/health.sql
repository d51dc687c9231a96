-- What the monitoring saw of each device in each month: how many looks, and how many of them found it well. Where the
-- link was down nothing is known of the device, so device_known says of how many looks it is.
SELECT
    h.camera_id,
    m.month,
    count(*) AS looks,
    count(CASE WHEN h.link_up THEN 1 END) AS link_up,
    count(h.device_up) AS device_known,
    count(CASE WHEN h.device_up THEN 1 END) AS device_up,
    count(h.recording) AS recording_known,
    count(CASE WHEN h.recording THEN 1 END) AS recording
FROM camera_health AS h
JOIN months AS m ON h.observed_at >= m.start_at AND h.observed_at < m.end_at
GROUP BY h.camera_id, m.month

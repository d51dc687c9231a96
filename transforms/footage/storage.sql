-- What each camera writes: bytes for a second of footage. A recording that does not say its size tells nothing of it.
SELECT camera_id, sum(bytes) / sum(epoch(end_at) - epoch(start_at)) AS bytes_per_s
FROM recordings
WHERE bytes IS NOT NULL AND end_at > start_at
GROUP BY camera_id

-- Datasets that somebody asked for and the city accepted, which it has delivered by the time of the assessment.
WITH counts AS (
    SELECT a.city, r.assessment_round, count(CASE WHEN a.delivered_at <= r.as_of THEN 1 END) AS hits, count(*) AS n
    FROM platform__asked AS a
    JOIN rounds AS r ON a.asked_at <= r.as_of
    WHERE a.accepted
    GROUP BY a.city, r.assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

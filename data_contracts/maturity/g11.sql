-- Rupees of penalty that were levied, of those due by the agreement, over the tickets closed in the half year; n are
-- the tickets with a penalty.
SELECT
    m.city,
    r.assessment_round,
    100 * CAST(sum(m.penalty_levied_inr) AS DOUBLE) / CAST(sum(m.penalty_due_inr) AS DOUBLE) AS value,
    CAST(NULL AS BIGINT) AS hits,
    count(*) AS n,
    true AS complete
FROM engineering__maintenance AS m
JOIN rounds AS r ON m.closed_at >= r.start_at AND m.closed_at < r.end_at
WHERE m.penalty_due_inr > 0
GROUP BY m.city, r.assessment_round

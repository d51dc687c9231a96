-- What the centre received in the half year, reversals taken off, for each rupee of the upkeep that was finished in it.
-- It is the upkeep that the tickets tell of: nothing delivered tells what maintenance contracts cost beside. n are the
-- entries.
WITH received AS (
    SELECT e.city, r.assessment_round, sum(e.amount_inr) AS amount_inr, count(*) AS n
    FROM revenue__revenue_ledger AS e
    JOIN rounds AS r
        ON e.booked_on >= CAST(timezone('Asia/Kolkata', r.start_at) AS DATE)
        AND e.booked_on < CAST(timezone('Asia/Kolkata', r.end_at) AS DATE)
    GROUP BY e.city, r.assessment_round
),
spent AS (
    SELECT m.city, r.assessment_round, sum(m.cost_inr) AS cost_inr
    FROM engineering__maintenance AS m
    JOIN rounds AS r ON m.closed_at >= r.start_at AND m.closed_at < r.end_at
    GROUP BY m.city, r.assessment_round
)
SELECT
    v.city,
    v.assessment_round,
    100 * CAST(v.amount_inr AS DOUBLE) / CAST(s.cost_inr AS DOUBLE) AS value,
    CAST(NULL AS BIGINT) AS hits,
    v.n,
    true AS complete
FROM received AS v
JOIN spent AS s ON s.city = v.city AND s.assessment_round = v.assessment_round
WHERE s.cost_inr > 0

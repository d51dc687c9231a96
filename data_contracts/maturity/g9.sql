-- Procedures that were reviewed, or approved, in the twelve months before the assessment. The register tells of the
-- last review alone: a procedure whose last one came after the assessment is not counted.
WITH looked_at AS (
    SELECT
        s.city,
        r.assessment_round,
        coalesce(s.last_reviewed_on, s.approved_on) AS reviewed_on,
        CAST(timezone('Asia/Kolkata', r.as_of) AS DATE) AS today
    FROM iccc__sops AS s
    CROSS JOIN rounds AS r
),
counts AS (
    SELECT
        city,
        assessment_round,
        count(CASE WHEN reviewed_on >= today - INTERVAL 12 MONTH THEN 1 END) AS hits,
        count(*) AS n
    FROM looked_at
    WHERE reviewed_on <= today
    GROUP BY city, assessment_round
)
SELECT city, assessment_round, 100 * hits / n AS value, hits, n, true AS complete FROM counts

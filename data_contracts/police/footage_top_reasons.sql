-- The known causes by which most was lost in a month, by name alone: a count of each month would tell those of others.
WITH counts AS (
    SELECT city, month, reason, sum(share) AS share
    FROM mart_footage_losses
    WHERE reason <> 'unknown'
    GROUP BY city, month, reason
    HAVING count(*) >= 10
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY city, month ORDER BY share DESC, reason) AS rank FROM counts
)
SELECT city, month, rank, reason FROM ranked WHERE rank <= 3

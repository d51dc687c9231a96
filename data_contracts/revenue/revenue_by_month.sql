-- What was booked in a month by stream; reversals count against it.
WITH booked AS (
    SELECT
        city,
        stream,
        CAST(date_trunc('month', booked_on) AS DATE) AS month,
        CASE WHEN entry_kind = 'reversal' THEN -abs(amount_inr) ELSE amount_inr END AS amount_inr
    FROM revenue__revenue_ledger
)
SELECT
    city,
    stream,
    month,
    count(*) AS entries,
    sum(amount_inr) AS amount_inr
FROM booked
GROUP BY city, stream, month

-- Tickets opened in a month by class of assets, their cost and penalties.
WITH opened AS (
    SELECT
        city,
        asset_class,
        CAST(date_trunc('month', timezone('Asia/Kolkata', opened_at)) AS DATE) AS month,
        date_diff('minute', opened_at, closed_at) / 60.0 AS hours,
        cost_inr,
        penalty_due_inr,
        penalty_levied_inr
    FROM engineering__maintenance
)
SELECT
    city,
    asset_class,
    month,
    count(*) AS tickets,
    count(hours) AS closed,
    median(hours) AS hours_to_close,
    sum(cost_inr) AS cost_inr,
    sum(penalty_due_inr) AS penalty_due_inr,
    sum(penalty_levied_inr) AS penalty_levied_inr
FROM opened
GROUP BY city, asset_class, month

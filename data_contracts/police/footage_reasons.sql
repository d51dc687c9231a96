-- Why requests were not met, over all published months: in how many a cause stood, and its share of what was lost.
SELECT city, reason, count(*) AS requests, round(sum(share), 1) AS shapley
FROM mart_footage_losses
GROUP BY city, reason

-- Contracts awarded in a year by procedure.
WITH awarded AS (
    SELECT
        city,
        "procedure",
        CAST(date_trunc('year', awarded_on) AS DATE) AS award_year,
        bidders,
        msme,
        award_inr,
        estimate_inr
    FROM procurement__contracts
    WHERE awarded_on IS NOT NULL AND "procedure" IS NOT NULL
)
SELECT
    city,
    "procedure",
    award_year,
    count(*) AS awards,
    count(CASE WHEN bidders = 1 THEN 1 END) AS single_bid,
    median(bidders) AS bidders_median,
    count(CASE WHEN msme THEN 1 END) AS msme_awards,
    sum(award_inr) AS award_inr,
    sum(estimate_inr) AS estimate_inr
FROM awarded
GROUP BY city, "procedure", award_year

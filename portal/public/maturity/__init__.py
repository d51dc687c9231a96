"""The public pages of maturity: all cities, a city's card, an indicator, cities side by side, and use cases."""

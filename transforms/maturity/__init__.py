"""Maturity: from queries over a city's tables to scores, levels and rounds that anybody can check."""

"""Contracts: what each department delivers, in which shape, under which rules, and what may go out.

One ODCS 3.1 YAML per dataset under its department, a shared field vocabulary, the cities, and the
reader that turns them into models. Nothing here touches data.
"""

"""What keeps a city's footage from being looked into."""


class FootageFault(Exception):
    """Something is missing that the analyses of footage need; says in one line what, and what to do."""

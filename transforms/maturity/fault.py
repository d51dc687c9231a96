"""What is wrong with what was asked of maturity."""


class MaturityFault(Exception):
    """What was asked of maturity cannot be done; one line that says what, where and what to do."""

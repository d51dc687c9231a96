"""Why a delivery is held: which rule, where in the file, what to do. Never a value from it."""


class Held(Exception):
    """A structural fault. The whole delivery waits; none of its rows is taken."""

    def __init__(self, rule: str, place: str, message: str, remedy: str):
        self.rule, self.place, self.message, self.remedy = rule, place, message, remedy
        super().__init__(f"{place}: {rule}: {message}; {remedy}")

"""Why a delivery is held: which rule, where in the file, what to do. Never a value from it."""


class Held(Exception):
    """A structural fault. The whole delivery waits; none of its rows is taken.

    `proposal`: the change of the contract that would take it, in YAML. It may hold names from the file, so it
    is for staff alone and stands in no message.
    """

    def __init__(self, rule: str, place: str, message: str, remedy: str, proposal: str | None = None):
        self.rule, self.place, self.message, self.remedy = rule, place, message, remedy
        self.proposal = proposal
        super().__init__(f"{place}: {rule}: {message}; {remedy}")

    def within(self, where: str) -> "Held":
        """The same reason, its place inside a part of the delivery."""
        return type(self)(self.rule, f"{where}, {self.place}", self.message, self.remedy, self.proposal)

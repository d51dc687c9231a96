"""What is wanted of the finding of each entity."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """Of a kind of entities: the least recall of all together and of each, and the least precision of each."""

    kind: str
    recall: float
    each: float
    precision: float


CHECKED = Wanted("with a check sign", 0.995, 0.995, 0.98)
FORMATTED = Wanted("of a known form", 0.99, 0.97, 0.95)
IN_CONTEXT = Wanted("told by context", 0.95, 0.95, 0.80)
# Findings in a thousand texts that are free of the entity.
MOST_FALSE = 2.0

WANTED = {
    **dict.fromkeys(["IN_AADHAAR", "IN_VID", "IN_GSTIN", "IMEI"], CHECKED),
    **dict.fromkeys(
        ["IN_PAN", "IN_VEHICLE_REGISTRATION", "PHONE_NUMBER", "IN_VOTER", "IN_PASSPORT", "IN_IFSC", "IN_UPI",
         "IN_DRIVING_LICENCE", "IN_ABHA", "IN_ABHA_ADDRESS", "IN_CASE_NUMBER", "EMAIL_ADDRESS", "IP_ADDRESS",
         "MAC_ADDRESS"],
        FORMATTED,
    ),
    **dict.fromkeys(["IN_BANK_ACCOUNT", "IN_RATION_CARD", "IN_PIN_CODE", "HOME_LOCATION"], IN_CONTEXT),
}  # fmt: skip

"""Invented personal data and texts around it, made by code that shares nothing with the rules."""

import random
import string
from collections.abc import Callable, Iterator

from stdnum import luhn, verhoeff

DIGITS = {
    "devanagari": 0x0966,
    "bengali": 0x09E6,
    "gujarati": 0x0AE6,
    "tamil": 0x0BE6,
    "telugu": 0x0C66,
    "full width": 0xFF10,
}
HIDDEN = ("\u200b", "\u200d", "\u200e", "\u202a", "\ufeff", "\u2060")
STATES = ("MH", "KA", "DL", "UP", "RJ", "TN", "GJ", "WB", "KL", "TS", "MP", "BR")


def digits(chance: random.Random, count: int, first: str = string.digits) -> str:
    return chance.choice(first) + "".join(chance.choices(string.digits, k=count - 1))


def letters(chance: random.Random, count: int, of: str = string.ascii_uppercase) -> str:
    return "".join(chance.choices(of, k=count))


def other_digits(text: str, script: str) -> str:
    """The text with its digits in another script."""
    return "".join(chr(DIGITS[script] + int(letter)) if letter in string.digits else letter for letter in text)


def grouped(text: str, size: int, separator: str) -> str:
    return separator.join(text[start : start + size] for start in range(0, len(text), size))


def aadhaar(chance: random.Random) -> str:
    body = digits(chance, 11, "23456789")
    return body + verhoeff.calc_check_digit(body)


def vid(chance: random.Random) -> str:
    body = digits(chance, 15, "23456789")
    return body + verhoeff.calc_check_digit(body)


def pan(chance: random.Random) -> str:
    return (
        letters(chance, 3)
        + chance.choice("PCHFAT")
        + letters(chance, 1)
        + digits(chance, 4, "123")
        + letters(chance, 1)
    )


def gstin(chance: random.Random) -> str:
    body = chance.choice(["27", "29", "07", "38", "97", "36"]) + pan(chance) + chance.choice("123") + "Z"
    alphabet = string.digits + string.ascii_uppercase
    return body + luhn.calc_check_digit(body, alphabet)


def voter(chance: random.Random) -> str:
    body = digits(chance, 6)
    return letters(chance, 3) + body + luhn.calc_check_digit(body)


def imei(chance: random.Random) -> str:
    body = "35" + digits(chance, 12)
    return body + luhn.calc_check_digit(body)


def mobile(chance: random.Random) -> str:
    return chance.choice(["98", "99", "97", "70", "63", "81"]) + digits(chance, 8)


def plate(chance: random.Random) -> str:
    return (
        chance.choice(STATES)
        + digits(chance, 2, "01")
        + letters(chance, 2, "ABCDEFGHJKLMNP")
        + digits(chance, 4, "123")
    )


def licence(chance: random.Random) -> str:
    return f"{chance.choice(STATES)}{digits(chance, 2, '01')}{chance.randint(1990, 2024)}{digits(chance, 7, '0')}"


def handle(chance: random.Random) -> str:
    return letters(chance, chance.randint(4, 8), string.ascii_lowercase) + digits(chance, 2)


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "IN_AADHAAR": aadhaar,
    "IN_VID": vid,
    "IN_PAN": pan,
    "IN_GSTIN": gstin,
    "IN_VOTER": voter,
    "IN_ABHA": lambda chance: "-".join((digits(chance, 2, "19"), *(digits(chance, 4) for _ in range(3)))),
    "IN_ABHA_ADDRESS": lambda chance: handle(chance) + chance.choice(["@abdm", "@sbx"]),
    "PHONE_NUMBER": mobile,
    "IN_IFSC": lambda chance: chance.choice(["SBIN", "HDFC", "ICIC", "PUNB", "BARB"]) + "0" + digits(chance, 6, "0"),
    "IN_BANK_ACCOUNT": lambda chance: digits(chance, chance.randint(11, 16), "1234567890"),
    "IN_UPI": lambda chance: handle(chance) + chance.choice(["@oksbi", "@ybl", "@paytm", "@okhdfcbank", "@upi"]),
    "IN_DRIVING_LICENCE": licence,
    "IN_PASSPORT": lambda chance: chance.choice("ABCJKLMNPRSTUVZ") + digits(chance, 7, "123456789"),
    "IN_VEHICLE_REGISTRATION": plate,
    "IN_CASE_NUMBER": lambda chance: f"{chance.randint(1, 999)}/{chance.randint(2010, 2026)}",
    "IN_RATION_CARD": lambda chance: digits(chance, 12, "123"),
    "IN_PIN_CODE": lambda chance: digits(chance, 6, "12345678"),
    "IMEI": imei,
    "MAC_ADDRESS": lambda chance: ":".join(letters(chance, 2, "0123456789abcdef") for _ in range(6)),
    "IP_ADDRESS": lambda chance: ".".join(str(chance.randint(10, 250)) for _ in range(4)),
    "EMAIL_ADDRESS": lambda chance: handle(chance) + chance.choice(["@gmail.com", "@nic.in", "@mail.example.org"]),
    "HOME_LOCATION": lambda chance: f"{chance.uniform(8, 30):.5f}, {chance.uniform(70, 90):.5f}",
}
# What people write before a value of the kind.
CALLED = {
    "IN_AADHAAR": ["Aadhaar no.", "aadhar", "आधार नंबर", "UID:"],
    "IN_VID": ["VID", "Virtual ID", "वर्चुअल आईडी"],
    "IN_PAN": ["PAN", "pan card", "पैन"],
    "IN_GSTIN": ["GSTIN", "GST no", "जीएसटी"],
    "IN_VOTER": ["Voter ID", "EPIC no.", "मतदाता पहचान पत्र"],
    "IN_ABHA": ["ABHA number", "आभा", "Health ID"],
    "IN_ABHA_ADDRESS": ["ABHA address", "आभा"],
    "PHONE_NUMBER": ["Mobile", "ph:", "contact no", "मोबाइल", "call"],
    "IN_IFSC": ["IFSC", "IFSC code"],
    "IN_BANK_ACCOUNT": ["A/c No.", "account number", "खाता संख्या"],
    "IN_UPI": ["UPI", "gpay", "pay to"],
    "IN_DRIVING_LICENCE": ["DL no", "driving licence", "लाइसेंस"],
    "IN_PASSPORT": ["Passport No", "पासपोर्ट", "passport"],
    "IN_VEHICLE_REGISTRATION": ["vehicle", "car no.", "गाड़ी नंबर"],
    "IN_CASE_NUMBER": ["FIR No.", "CR no", "DD No", "एफआईआर"],
    "IN_RATION_CARD": ["Ration card", "राशन कार्ड"],
    "IN_PIN_CODE": ["Gandhi Road, Pune", "PIN", "near temple, Dist. Jaipur", "पिन कोड"],
    "IMEI": ["IMEI", "phone IMEI no"],
    "MAC_ADDRESS": ["MAC", "wifi"],
    "IP_ADDRESS": ["IP", "from host"],
    "EMAIL_ADDRESS": ["email", "mail to", "ईमेल"],
    "HOME_LOCATION": ["my home is at", "residence", "घर"],
}
ENGLISH = (
    "street light not working near the main chowk since Monday",
    "water supply is very low in our area and nobody has come",
    "please look into the matter at the earliest",
    "garbage not lifted for four days, foul smell everywhere",
    "drain is overflowing in front of the school",
    "I have already complained twice to the ward office",
)
INDIAN = (
    "पानी की सप्लाई तीन दिन से बंद है",
    "सड़क पर गड्ढे हैं, कृपया ठीक करें",
    "कचरा नहीं उठाया गया",
    "রাস্তার আলো জ্বলছে না",
    "தண்ணீர் வரவில்லை",
)


def phrase(chance: random.Random, english: bool) -> str:
    return chance.choice(ENGLISH if english else INDIAN)


def called(entity: str, chance: random.Random, english: bool) -> str:
    """What people write before a value of the kind, in the language of the text where there is a word for it."""
    words = CALLED[entity]
    return chance.choice([word for word in words if word.isascii() == english] or words)


PLAIN = (
    lambda chance: f"Order no {digits(chance, chance.randint(8, 12), '123456789')}",
    lambda chance: f"pole no. {letters(chance, 2)}-{digits(chance, 4)}",
    lambda chance: f"Pole {digits(chance, 10, '6789')}",
    lambda chance: f"at {chance.uniform(8, 30):.6f}, {chance.uniform(70, 90):.6f}",
    lambda chance: f"Rs. {chance.randint(1, 99)},{digits(chance, 2)},{digits(chance, 3)}/-",
    lambda chance: f"₹{digits(chance, chance.randint(4, 9), '123456789')}",
    lambda chance: f"on {chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{chance.randint(2015, 2026)}",
    lambda chance: f"dated {chance.randint(1, 28)}-{chance.randint(1, 12)}-{chance.randint(2015, 2026)}",
    lambda chance: f"since {chance.randint(1, 12)}:{digits(chance, 2, '012345')} pm",
    lambda chance: f"bill amount {digits(chance, 4, '123')}.50",
    lambda chance: f"ward {chance.randint(1, 240)}, sector {chance.randint(1, 60)}",
    lambda chance: f"tender {chance.randint(1, 400)}/{chance.randint(2019, 2026)}",
    lambda chance: f"meter {digits(chance, 7)} reading {digits(chance, 5, '123456789')}",
    lambda chance: f"consignment {letters(chance, 3)}{digits(chance, 7)}",
)


def written(value: str, entity: str, chance: random.Random) -> str:
    """The value as one of the ways in which people write it."""
    way = chance.random()
    if way < 0.2 and value.isdigit():
        size = {"PHONE_NUMBER": 5, "IN_PIN_CODE": 3}.get(entity, 4)
        return grouped(value, size, chance.choice([" ", "-"] if size == 3 else [" ", "-", ".", "  "]))
    if way < 0.3:
        return other_digits(value, chance.choice(list(DIGITS)))
    if way < 0.35 and len(value) > 4:
        place = chance.randrange(1, len(value))
        return value[:place] + chance.choice(HIDDEN) + value[place:]
    if way < 0.45:
        return value.lower()
    return value


def personal(chance: random.Random) -> tuple[str, list[tuple[str, int, int]]]:
    """A text with one or two values, and for each its entity, start and end. One in five is in another script."""
    english = chance.random() < 0.8
    text, planted = phrase(chance, english), []
    for entity in chance.choices(list(MAKERS), k=chance.choice([1, 1, 1, 2])):
        value = written(MAKERS[entity](chance), entity, chance)
        text += chance.choice([". ", ", ", " "]) + called(entity, chance, english) + chance.choice([" ", ": ", " - "])
        planted.append((entity, len(text), len(text) + len(value)))
        text += value
    return text + chance.choice(["", ".", " " + phrase(chance, english)]), planted


def plain(chance: random.Random, numbers: tuple[int, ...] = (0, 1, 2)) -> str:
    """A text free of personal data, with one of so many numbers of other kinds."""
    english = chance.random() < 0.8
    parts = [phrase(chance, english), *(chance.choice(PLAIN)(chance) for _ in range(chance.choice(numbers)))]
    chance.shuffle(parts)
    return chance.choice([", ", " ", ". "]).join(parts)


def short(chance: random.Random) -> str:
    """A value with what it is called."""
    entity = chance.choice(list(MAKERS))
    return f"{called(entity, chance, chance.random() < 0.7)} {written(MAKERS[entity](chance), entity, chance)}"


def soup(chance: random.Random) -> str:
    """A text of pieces thrown together without sense: what no one would write, both paths read alike."""
    pieces: list[Callable[[], str]] = [
        lambda: chance.choice(list(MAKERS.values()))(chance),
        lambda: chance.choice(chance.choice(list(CALLED.values()))),
        lambda: chance.choice(PLAIN)(chance),
        lambda: written(mobile(chance), "PHONE_NUMBER", chance),
        lambda: chance.choice(
            ["", " ", "  ", "-", ".", "/", ",", ": ", "\n", "\t", "@", "।", "–", "\u00a0", "a/c", "be"]
        ),
        lambda: "".join(chr(chance.choice(SOUP)) for _ in range(chance.randint(1, 4))),
        lambda: digits(chance, chance.randint(1, 17)),
    ]
    return "".join(chance.choice(pieces)() for _ in range(chance.randint(1, 7)))


SOUP = [*range(0x20, 0x7F), *range(0xA0, 0xC0), 0x130, 0x131, 0x17F, 0x212A, *range(0x900, 0x980), 0x200B, 0x202E,
        0x2474, 0x33E0, 0x32C9, 0x1F100, 0xFB01, 0xFDFA, 0xFF10, 0xFF21, 0xD800, 0]  # fmt: skip


def texts(seed: int, count: int, share: float) -> Iterator[str]:
    """Texts of which a share holds personal data; of the others one in three holds a number."""
    chance = random.Random(seed)
    for _ in range(count):
        yield personal(chance)[0] if chance.random() < share else plain(chance, (0, 0, 1))

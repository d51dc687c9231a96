"""The India pack finds each kind in the ways people write it, and not what only looks like it."""

import random

import pytest

from tests import personal_kit as kit
from transforms.privacy.pack.batch import recognise
from transforms.privacy.pack.rules import entities


def found(text: str, context: str = "") -> list[tuple[str, str]]:
    return [
        (finding["entity"], text[finding["start"] : finding["end"]])
        for finding in recognise([text], context).to_pylist()
    ]


def test_every_entity_has_a_maker():
    assert set(entities()) == set(kit.MAKERS)


def forms(value: str, chance: random.Random) -> list[str]:
    """A value in both cases, in the digits of other scripts, full width, and with something invisible in it."""
    place = chance.randrange(1, len(value))
    return [
        value,
        value.lower(),
        *(kit.other_digits(value, script) for script in kit.DIGITS),
        "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in value),
        *(value[:place] + hidden + value[place:] for hidden in kit.HIDDEN),
    ]


@pytest.mark.parametrize("entity", kit.MAKERS)
def test_every_entity_is_found_behind_what_it_is_called_in_every_script(entity):
    chance = random.Random(1)
    wanted = [
        (f"{word}{between}", form)
        for word in kit.CALLED[entity]
        for between in (" ", ":", ".: ", " - ")
        for _ in range(20)
        for form in forms(kit.MAKERS[entity](chance), chance)
    ]
    findings = recognise([f"{before}{form}. और" for before, form in wanted]).to_pylist()
    spans = {(f["row"], f["start"], f["end"]) for f in findings if f["entity"] == entity}
    missed = [
        before + form
        for row, (before, form) in enumerate(wanted)
        if (row, len(before), len(before) + len(form)) not in spans
    ]
    assert missed == []


AADHAAR, VID, IMEI = "234123412346", "2341234123412341", "490154203237518"


@pytest.mark.parametrize(
    ("entity", "written"),
    [
        *(
            ("IN_AADHAAR", written)
            for written in (
                "2341 2341 2346", "2341-2341-2346", "2341.2341.2346", "2341  2341  2346", "2341 - 2341 - 2346",
                "२३४१ २३४१ २३४६", "২৩৪১ ২৩৪১ ২৩৪৬", "௨௩௪௧ ௨௩௪௧ ௨௩௪௬", "૨૩૪૧ ૨૩૪૧ ૨૩૪૬", "２３４１ ２３４１ ２３４６",
                "2341\u200b 2341\u202a 2346", "2341\u00a02341\u00a02346", "2341–2341–2346",
            )
        ),
        ("IN_VID", "2341 2341 2341 2341"), ("IN_VID", "2341.2341.2341.2341"),
        ("IMEI", "49-015420-323751-8"), ("IMEI", "49 015420 323751 8"),
        ("IN_PAN", "ACUPA7085R"), ("IN_PAN", "acupa7085r"), ("IN_PAN", "ACUPA७०८५R"),
        ("IN_GSTIN", "27AAPFU0939F1ZV"), ("IN_GSTIN", "27 AAPFU0939F 1ZV"), ("IN_GSTIN", "27-AAPFU0939F-1Z-V"),
        ("IN_VOTER", "WKH1186253"), ("IN_VOTER", "DL/01/001/123456"),
        ("IN_ABHA", "91-1234-5678-9012"), ("IN_ABHA_ADDRESS", "asha.k@abdm"), ("IN_ABHA_ADDRESS", "asha@sbx"),
        *(
            ("PHONE_NUMBER", written)
            for written in (
                "9876543210", "98765 43210", "98765-43210", "+91 98765 43210", "+919876543210", "09876543210",
                "0 98765 43210", "91-9876543210", "987-654-3210", "9876 543 210", "९८७६५४३२१०", "+91 (0)98765 43210",
                "080-22345678", "(011) 23456789", "0141-2345678", "+91 80 2234 5678",
            )
        ),
        ("IN_IFSC", "SBIN0001234"), ("IN_IFSC", "HDFC0CABCDE"),
        ("IN_UPI", "ramesh.k-1@okhdfcbank"), ("IN_UPI", "9876543210@ybl"),
        ("IN_DRIVING_LICENCE", "MH12 20110012345"), ("IN_DRIVING_LICENCE", "DL-0420110149646"),
        ("IN_DRIVING_LICENCE", "KA/01/2015/0001234"),
        *(
            ("IN_VEHICLE_REGISTRATION", written)
            for written in (
                "KA01AB1234", "KA-01-AB-1234", "KA 01 AB 1234", "ka.01.ab.1234", "KA/01/AB/1234", "DL 1CA 1234",
                "MH12A1", "TS09EA99", "22 BH 1234 AA", "22BH1234A", "UP-16--BT-5797",
                "DL 3C MM 8486", "MP 07 RS 4277", "26 BH 6853 KG",
            )
        ),
        ("MAC_ADDRESS", "00:1A:2B:3C:4D:5E"), ("MAC_ADDRESS", "00-1a-2b-3c-4d-5e"),
        ("IP_ADDRESS", "192.168.10.24"), ("IP_ADDRESS", "2001:db8::8a2e:370:7334"),
        ("EMAIL_ADDRESS", "a.b+c@mail.example.co.in"), ("EMAIL_ADDRESS", "asha [at] example [dot] in"),
        ("EMAIL_ADDRESS", "asha(at)example.in"), ("EMAIL_ADDRESS", "asha(at)example.co.in"),
    ],
)  # fmt: skip
def test_writings_are_found_without_a_word_of_context(entity, written):
    for around in ("{}", "यह {} है", "see {}.", "({})", "x: {}, y"):
        text = around.format(written)
        assert (entity, written) in found(text), text


@pytest.mark.parametrize(
    ("entity", "text", "value"),
    [
        ("IN_AADHAAR", f"aadhaar{AADHAAR}", AADHAAR),
        ("IN_AADHAAR", f"आधार{AADHAAR}है", AADHAAR),
        ("IN_AADHAAR", f"{AADHAAR} is my aadhaar", AADHAAR),
        ("IN_AADHAAR", "Aadhaar 23412 341234 6", "23412 341234 6"),
        ("IN_VID", f"VID:{VID}", VID),
        ("IMEI", f"IMEI={IMEI}", IMEI),
        ("IN_PAN", "PAN: ACUPA 7085 R", "ACUPA 7085 R"),
        ("IN_PASSPORT", "passport no. J-8369854", "J-8369854"),
        ("IN_VOTER", "voter card ABC 1234567", "ABC 1234567"),
        ("IN_BANK_ACCOUNT", "A/c no. 00112233445566", "00112233445566"),
        ("IN_BANK_ACCOUNT", "खाते में 1234 5678 9012", "1234 5678 9012"),
        ("IN_CASE_NUMBER", "FIR No. 123/24 dated", "123/24"),
        ("IN_CASE_NUMBER", "case 77 of 2019", "77 of 2019"),
        ("IN_PIN_CODE", "12, MG Road, Pune-411 001", "411 001"),
        ("IN_UPI", "upi ramesh@newbank", "ramesh@newbank"),
        ("IN_VEHICLE_REGISTRATION", "car UP 12 A 1", "UP 12 A 1"),
        ("HOME_LOCATION", "our house is at 12.97160,77.59460", "12.97160,77.59460"),
        ("HOME_LOCATION", "our house: Lat 12.97160, Long 77.59460", "12.97160, Long 77.59460"),
        ("HOME_LOCATION", "residence 12.9716° N, 77.5946° E", "12.9716° N, 77.5946° E"),
    ],
)
def test_weak_shapes_are_found_with_context_alone(entity, text, value):
    assert (entity, value) in found(text)
    assert entity not in dict(found(value))


def test_a_mobile_number_behind_an_escaped_line_break_is_found():
    assert found(r"Ramesh\n9876543210\nWard 4") == [("PHONE_NUMBER", "9876543210")]


def test_what_a_column_is_called_is_context():
    assert found(AADHAAR) == []
    assert found(AADHAAR, "aadhaar_no") == [("IN_AADHAAR", AADHAAR)]
    assert found("9876543210", "order_no") == []
    assert found("9876543210", "complaint") == [("PHONE_NUMBER", "9876543210")]


@pytest.mark.parametrize(
    "text",
    [
        "order no 9876543210", "Order: 9876543210", "pole no. 9812345678", "खंभा क्रमांक 9812345678",
        "token number is 8765432109", "Rs. 9876543210", "₹9876543210", "₹ 98,76,54,321", "amount 9876543210.50",
        "19.076090, 72.877426", "at 12.9716 77.5946", "76.54321098", "12/10/2024 and 2024-10-12", "10:30:45 pm",
        "from 2019-2024", "version 1.2.3.4", "clause 4.2.1.3", "section 12.1.1.10", "up 12 to 45 km", "as 10 of 2024",
        "or 12 am 2024", "tender 123/2024", "work order 12/2024-25", "sanction 234123412346", "2341 2341 2347",
        "pole KRL/1234567", "ward 12, sector 45, plot 123456", "a@b", "10 @ Rs 5", "std::vector", "UTR 412345678901",
        "27AAPFU0939F1ZO", "AAPZU0939F", "consignment 23412341234", "IMEI 490154203237517", "Aadhaar 234123412347",
        "serial NBKU7596600748", "WO-9812345678", "ரசீது எண் 9812345678", "বিল নম্বর 9812345678",
        "బిల్లు సంఖ్య 9812345678",
        "head of account 2217 80 191 10", "Complaint no 4043/2026 closed", "1800-180-1551 x",
        "http://example.in/a/123456789012",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_left_alone(text):
    assert found(text) == []


def test_texts_free_of_personal_data_give_at_most_two_findings_in_a_thousand():
    chance = random.Random(2)
    texts = [kit.plain(chance) for _ in range(100_000)]
    counts = recognise(texts).group_by("entity").aggregate([("row", "count")]).to_pylist()
    assert {row["entity"]: row["row_count"] for row in counts if row["row_count"] > 200} == {}


def test_recall_and_precision_on_made_texts():
    chance = random.Random(3)
    made = [kit.personal(chance) for _ in range(20_000)]
    findings: dict[int, list[dict[str, int]]] = {}
    for finding in recognise([text for text, _ in made]).to_pylist():
        findings.setdefault(finding["row"], []).append(finding)
    hits, wanted, claimed = (dict.fromkeys(kit.MAKERS, 0) for _ in range(3))
    for row, (_, planted) in enumerate(made):
        here = findings.get(row, [])
        for entity, start, end in planted:
            wanted[entity] += 1
            hits[entity] += any(f["entity"] == entity and f["start"] <= start and f["end"] >= end for f in here)
        for finding in here:
            claimed[finding["entity"]] += 1
    short = {entity: hits[entity] / wanted[entity] for entity in wanted if hits[entity] < 0.995 * wanted[entity]}
    loose = {entity: wanted[entity] / claimed[entity] for entity in wanted if wanted[entity] < 0.95 * claimed[entity]}
    assert (short, loose) == ({}, {})

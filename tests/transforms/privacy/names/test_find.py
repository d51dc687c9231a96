"""Names in a column of texts: spans, bad input, staff lists, and the same from Presidio."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.privacy.names.measure import nobody, people
from transforms.privacy.names.find import find
from transforms.privacy.names.recogniser import NamesRecognizer
from transforms.privacy.pack.batch import FINDINGS
from transforms.privacy.pack.presidio import analyzer


def said(text: str, names: tuple[str, ...] = ()) -> list[str]:
    return [text[found["start"] : found["end"]] for found in find([text], names).to_pylist()]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Complaint received from Ramesh Kumar about garbage", ["Ramesh Kumar"]),
        ("complaint received from ramesh kumar about garbage", ["ramesh kumar"]),
        ("COMPLAINT RECEIVED FROM RAMESH KUMAR ABOUT GARBAGE", ["RAMESH KUMAR"]),
        ("Shri Ramesh Kumar, s/o Mohan Lal", ["Ramesh Kumar", "Mohan Lal"]),
        ("Spoke to Smt. Sunita D'Souza.", ["Sunita D'Souza"]),
        ("Inspected by S. K. Sharma, Junior Engineer", ["S. K. Sharma"]),
        ("शिकायतकर्ता सुनीता देवी ने बताया कि पानी नहीं आया", ["सुनीता देवी"]),
        ("Regards,\nFatima Sheikh\nWard 12", ["Fatima Sheikh"]),
        ("অভিযোগকারী রমেশ কুমার, মোবাইল ৯৮", ["রমেশ কুমার"]),
        ("શ્રી સુરેશ પટેલ ઘરે નથી", ["સુરેશ પટેલ"]),
        ("திரு ரமேஷ் குமார் வீட்டில் இல்லை", ["ரமேஷ் குமார்"]),
        ("శ్రీ రమేష్ శర్మ ఇంటి ముందు", ["రమేష్ శర్మ"]),
        ("রাস্তার আলো জ্বলে না", []),
        ("தெரு விளக்கு எரியவில்லை", []),
        ("રસ્તા પર ખાડા છે", []),
        ("రోడ్డు మీద గుంతలు ఉన్నాయి", []),
        ("Water pipeline broken near Gandhi Nagar", []),
        ("Complaint received from Asha Patil about garbage", ["Asha Patil"]),
        ("No kit under the Asha scheme for May", []),
        ("भवदीय, रोशनी शर्मा", ["रोशनी शर्मा"]),
        ("सीढ़ियों पर रोशनी कम है और रेलिंग टूटी है", []),
        ("विकास कुमार को फोन किया", ["विकास कुमार"]),
        ("विकास कार्य अधूरा है", []),
        ("ASHA worker visited 12 houses", []),
        ("Ravi river is rising", []),
        ("Sharma Hospital, Patel Road", []),
        ("गांधी नगर में पानी नहीं आया", []),
        ("", []),
        ("12345", []),
        ("...", []),
        ("A", []),
    ],
)
def test_names_and_no_names(text: str, names: list[str]):
    assert said(text) == names


def test_findings_are_those_of_the_pack():
    found = find(["no water", None, "called Ramesh Kumar twice"])
    assert found.schema == FINDINGS
    (one,) = found.to_pylist()
    assert (one["row"], one["entity"], one["start"], one["end"]) == (2, "PERSON", 7, 19)
    assert 0.4 <= one["score"] <= 1


@pytest.mark.parametrize("texts", [[], [None], [""], ["", None, "\n"]])
def test_nothing_is_found_in_nothing(texts: list[str | None]):
    assert find(texts).num_rows == 0


def test_a_column_may_be_of_arrow():
    texts = ["told Ramesh Kumar", None, "सुनीता देवी"]
    plain = find(texts).to_pylist()
    assert find(pa.array(texts)).to_pylist() == plain
    assert find(pa.chunked_array([texts[:1], texts[1:]])).to_pylist() == plain


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("told \ud800 Ramesh Kumar", "Ramesh Kumar"),
        ("told \u200fRamesh Kumar\u200f today", "Ramesh Kumar"),
        ("told Ra\u200bmesh Ku\u200dmar today", "Ra\u200bmesh Ku\u200dmar"),
        ("told \0Ramesh Kumar\0", "Ramesh Kumar"),
        ("😀 told Ramesh Kumar", "Ramesh Kumar"),
        ("told Ｒａｍｅｓｈ Ｋｕｍａｒ today", "Ｒａｍｅｓｈ Ｋｕｍａｒ"),
    ],
)
def test_offsets_are_code_points_of_the_original(text: str, name: str):
    assert said(text) == [name]


def test_a_text_of_ten_megabytes():
    filler = "no water in the lane since monday. "
    text = filler * (10_000_000 // len(filler)) + "Spoke to Ramesh Kumar."
    assert said(text) == ["Ramesh Kumar"]


@given(st.lists(st.text(st.characters(codec=None, exclude_categories=()), max_size=60) | st.none(), max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_ordered_spans_within_it(texts: list[str | None]):
    last = (-1, -1)
    for found in find(texts).to_pylist():
        text = texts[found["row"]]
        assert text is not None and 0 <= found["start"] < found["end"] <= len(text)
        assert any(character.isalpha() for character in text[found["start"] : found["end"]])
        assert last < (found["row"], found["start"])
        last = (found["row"], found["end"])


def test_a_text_gets_the_same_alone_as_in_a_column():
    texts = [text.text for text in people("english", "title", 60, 3) + people("hindi", "title", 40, 3)] + nobody(60, 3)
    together = find(texts).to_pylist()
    alone = [found | {"row": row} for row, text in enumerate(texts) for found in find([text]).to_pylist()]
    assert together == alone


def test_presidio_finds_the_same():
    texts = [text.text for text in people("english", "lower", 60, 4) + people("hindi", "title", 40, 4)] + nobody(40, 4)
    engine = analyzer([NamesRecognizer()])
    for row, text in enumerate(texts):
        results = engine.analyze(text, "en", entities=["PERSON"])
        spans = sorted((result.start, result.end, result.score) for result in results)
        assert spans == [(one["start"], one["end"], one["score"]) for one in find([text]).to_pylist()], row


STAFF = ("Shri Zubrel Qantorvi", "Xeluma K Vantrip", "Dr. Oplin")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("file moved by zubrel qantorvi to the store", ["zubrel qantorvi"]),
        ("FILE MOVED BY QANTORVI ZUBREL", ["QANTORVI ZUBREL"]),
        ("file moved by Z. Qantorvi to the store", ["Z. Qantorvi"]),
        ("kept with X.K.Vantrip in the store", ["X.K.Vantrip"]),
        ("kept with Xeluma Vantrip in the store", ["Xeluma Vantrip"]),
    ],
)
def test_staff_given_at_call_time_are_found(text: str, names: list[str]):
    assert said(text, STAFF) == names
    assert find([text], STAFF).to_pylist()[0]["score"] == 1


def test_a_staff_name_does_not_reach_into_the_next_text():
    found = find(["seen by zubrel", "qantorvi", "was there"], ("Zubrel Qantorvi",)).to_pylist()
    assert all(one["score"] < 1 for one in found)


def test_one_word_of_a_staff_name_is_no_finding_by_itself():
    assert said("Asha clinic is closed", ("Asha",)) == []

"""The pack inside Presidio: ordinary recognisers, and an engine that never falls back."""

import pytest
from presidio_analyzer import EntityRecognizer, PatternRecognizer, RecognizerResult

from transforms.privacy.pack.presidio import EngineFault, PackRecognizer, WordsEngine, analyzer
from transforms.privacy.pack.rules import entities, rules


class Names(EntityRecognizer):
    """A recogniser of names, as another piece may add one."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["PERSON"], name="names", supported_language="en")

    def load(self) -> None:
        pass

    def analyze(self, text, entities, nlp_artifacts):
        place = text.find("Asha")
        return [RecognizerResult("PERSON", place, place + 4, 0.9)] if place >= 0 else []


def test_a_rule_works_without_the_engine():
    recognizer = next(PackRecognizer(rule) for rule in rules() if rule.entity == "IN_PAN")
    assert isinstance(recognizer, PatternRecognizer)
    (result,) = recognizer.analyze("पैन\u200b ACUPA\u200b7085R", ["IN_PAN"])
    assert (result.entity_type, result.start, result.end, result.score) == ("IN_PAN", 5, 16, 0.8)
    assert recognizer.to_dict()["supported_entity"] == "IN_PAN"


def test_the_analyser_knows_every_entity_and_takes_more_recognisers():
    assert sorted(analyzer().get_supported_entities()) == entities()
    engine = analyzer([Names()])
    found = {(result.entity_type, result.start, result.end) for result in engine.analyze("Asha 9876543210", "en")}
    assert found == {("PERSON", 0, 4), ("PHONE_NUMBER", 5, 15)}


def test_tokens_are_told_at_their_places_in_the_original():
    text = "№ आधार \u200bＮｏ．१२"
    artifacts = WordsEngine().process_text(text, "en")
    assert list(artifacts.tokens) == ["№", "आधार", "Ｎｏ", "१२"]
    assert [text[place] for place in artifacts.tokens_indices] == ["№", "आ", "Ｎ", "१"]
    assert artifacts.keywords == ["no", "आधार", "no"]


@pytest.mark.parametrize(
    "configuration",
    [
        "nlp_engine_name: transformers\nmodels:\n- lang_code: en\n  model_name: {spacy: x, transformers: y}\n",
        "nlp_engine_name: spacy\nmodels:\n- lang_code: en\n  model_name: en_no_such_model\n",
        "nlp_engine_name: unheard\nmodels:\n- lang_code: en\n  model_name: x\n",
        "no: yaml: at all",
    ],
)
def test_an_engine_that_cannot_be_loaded_is_a_fault(tmp_path, configuration):
    file = tmp_path / "engine.yaml"
    file.write_text(configuration)
    with pytest.raises(EngineFault, match=r"engine\.yaml: its engine cannot be loaded .*; install"):
        analyzer(configuration=file)
    with pytest.raises(EngineFault):
        analyzer(configuration=tmp_path / "none.yaml")


def test_a_configured_engine_is_asked_for_names(tmp_path):
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Asha"}])
    nlp.to_disk(tmp_path / "model")
    file = tmp_path / "engine.yaml"
    file.write_text(f"nlp_engine_name: spacy\nmodels:\n- lang_code: en\n  model_name: {tmp_path / 'model'}\n")
    results = analyzer(configuration=file).analyze("Asha, mobile 9876543210", "en")
    assert {result.entity_type for result in results} == {"PERSON", "PHONE_NUMBER"}

"""The finding of names as an ordinary Presidio recogniser."""

from collections.abc import Iterable

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from transforms.privacy.names.find import ENTITY, find
from transforms.privacy.names.model import model
from transforms.privacy.pack.presidio import LANGUAGE

_NAME = "names"


class NamesRecognizer(EntityRecognizer):
    """Names of people, with the spans and scores of `find`. `names` are people known to the caller."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = tuple(names)
        super().__init__(supported_entities=[ENTITY], name=_NAME, supported_language=LANGUAGE, country_code="in")

    def load(self) -> None:
        """Load the model. Raises WeightsFault where it cannot be."""
        model()

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Names with their places in `text`, in code points."""
        return [
            RecognizerResult(
                ENTITY,
                found["start"],
                found["end"],
                found["score"],
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: _NAME,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for found in find([text], self._names).to_pylist()
        ]

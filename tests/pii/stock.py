"""Presidio as it is shipped, without a downloaded model, but with its recognisers for India switched on."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from unittest.mock import patch

import presidio_analyzer
import spacy
import tldextract
import yaml
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from tests.pii.measure import Found

_SHIPPED = Path(presidio_analyzer.__file__).parent / "conf" / "default_recognizers.yaml"
# From this score on a finding counts, as it does for the pack.
_LEAST = 0.4


class _Blank(SpacyNlpEngine):
    """Presidio's own engine with a pipeline that only cuts words."""

    def load(self) -> None:
        self.nlp = {"en": spacy.blank("en")}


def stock(texts: Sequence[str]) -> list[Found]:
    """What it finds, text by text."""
    engine = _engine()
    # The list of domains that tldextract brings with it; by itself it asks the network for a newer one.
    with patch.object(tldextract, "extract", tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())):
        found = [engine.analyze(text, "en", score_threshold=_LEAST) for text in texts]
    return [[(one.entity_type, one.start, one.end) for one in here] for here in found]


@cache
def _engine() -> AnalyzerEngine:
    configuration = yaml.safe_load(_SHIPPED.read_text(encoding="utf-8"))
    for recogniser in configuration["recognizers"]:
        if recogniser.get("country_code") == "in":
            recogniser["enabled"] = True
    registry = RecognizerRegistryProvider(registry_configuration=configuration).create_recognizer_registry()
    return AnalyzerEngine(registry=registry, nlp_engine=_Blank())

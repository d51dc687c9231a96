"""The pack as ordinary Presidio recognisers, and an analyser that needs no downloaded model."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import regex
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer import Pattern as PresidioPattern
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import (
    NlpArtifacts,
    NlpEngine,
    NlpEngineProvider,
    SpacyNlpEngine,
    StanzaNlpEngine,
    TransformersNlpEngine,
)

from transforms.privacy.pack.folding import folded
from transforms.privacy.pack.rules import THRESHOLD, Rule, rules
from transforms.privacy.pack.words import AFTER, BEFORE, FACTOR, LEAST, TOKEN, indexed, is_word, opposed, words_of

LANGUAGE = "en"


class EngineFault(Exception):
    """The configured engine for names cannot be loaded; nothing may be published without it."""


class PackRecognizer(PatternRecognizer):
    """One rule of the pack. It matches folded text and tells places in the original."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        super().__init__(
            supported_entity=rule.entity,
            name=rule.name,
            supported_language=LANGUAGE,
            patterns=[PresidioPattern(pattern.name, pattern.exact, pattern.score) for pattern in rule.patterns],
            context=sorted(word.decode() for word in rule.context),
            global_regex_flags=regex.ASCII,
            country_code="in",
        )

    def validate_result(self, pattern_text: str) -> bool | None:
        """False where the check fails; a check that passes leaves the pattern's score as it is."""
        return None if self.rule.check is None or self.rule.check.one(pattern_text) else False

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Matches with their places in `text`, in code points."""
        form = folded(text)
        results: list[RecognizerResult] = super().analyze(form.text, entities, nlp_artifacts, regex_flags)
        for result in results:
            result.start, result.end = form.span(result.start, result.end)
        return results

    def enhance_using_context(
        self,
        text: str,
        raw_recognizer_results: list[RecognizerResult],
        other_raw_recognizer_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Lower what a contrary word stands before, and keep Presidio from raising it again."""
        if not raw_recognizer_results or not self.rule.against:
            return raw_recognizer_results
        form = folded(text)
        outer = words_of(" ".join(context or ()))
        for result in raw_recognizer_results:
            start = result.start if form.places is None else form.places[result.start]
            if opposed(indexed(form.text).before(start), outer, self.rule.context, self.rule.against):
                result.score = max(0, result.score - FACTOR)
                result.recognition_metadata[RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY] = True
        return raw_recognizer_results


class WordsEngine(NlpEngine):
    """Cuts a text into words with lower-case lemmas, which is all that context words need; it knows no names."""

    engine_name = "words"
    is_available = True

    def load(self) -> None:
        """There is nothing to load."""

    def is_loaded(self) -> bool:
        """Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """The tokens of a text, with their places in the original."""
        form = folded(text)
        spans = [form.span(match.start(), match.end()) for match in TOKEN.finditer(form.text)]
        tokens = [text[start:end] for start, end in spans]
        places = [start for start, _ in spans]
        # Presidio asks no more of the tokens than their order and lengths, so texts do where it expects spaCy's.
        return NlpArtifacts([], tokens, places, TOKEN.findall(form.text), self, language)  # type: ignore[arg-type]

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """The texts one after another."""
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        """Digits are no words of a context."""
        return not is_word(word)

    def is_punct(self, word: str, language: str) -> bool:
        """No token is punctuation."""
        return False

    def get_supported_entities(self) -> list[str]:
        """None."""
        return []

    def get_supported_languages(self) -> list[str]:
        """The one the pack is registered for; its rules and words are of all languages."""
        return [LANGUAGE]


def analyzer(extra: Iterable[EntityRecognizer] = (), configuration: Path | None = None) -> AnalyzerEngine:
    """An analyser with the pack's recognisers and those in `extra`, such as one for names.

    `configuration` is a file as Presidio's NlpEngineProvider reads it, for an engine that knows names. Raises
    EngineFault where that engine cannot be loaded.
    """
    engine = WordsEngine() if configuration is None else _configured(configuration)
    registry = RecognizerRegistry(recognizers=[*map(PackRecognizer, rules()), *extra], supported_languages=[LANGUAGE])
    if configuration is not None:
        registry.add_nlp_recognizer(engine)
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=engine,
        supported_languages=[LANGUAGE],
        default_score_threshold=THRESHOLD,
        context_aware_enhancer=LemmaContextAwareEnhancer(
            context_similarity_factor=FACTOR,
            min_score_with_context_similarity=LEAST,
            context_prefix_count=BEFORE,
            context_suffix_count=AFTER,
            context_matching_mode="whole_word",
        ),
    )


class _InstalledSpacy(SpacyNlpEngine):
    """Presidio's own engine, but for fetching a model that is not installed."""

    @staticmethod
    def _download_spacy_model_if_needed(model_name: str) -> None:
        """spaCy says itself that a model is missing."""


def _configured(configuration: Path) -> NlpEngine:
    """The engine that the file names. A model of spaCy must be installed, and nothing else is taken in its place."""
    engines = (_InstalledSpacy, StanzaNlpEngine, TransformersNlpEngine)
    try:
        return NlpEngineProvider(engines, conf_file=configuration).create_engine()
    except (Exception, SystemExit) as error:
        raise EngineFault(
            f"{configuration}: its engine cannot be loaded ({type(error).__name__}); "
            "install the engine and its model, or take the setting out"
        ) from None

"""Finds and replaces what identifies people in free text, with Presidio.

Patterns and lists find what has a form: numbers, addresses of mail, names that the plan or the row itself gives. They do not find the name of
somebody else: for that a plan names a spaCy model, which has to be in the image. Nothing is ever downloaded here.
"""

from __future__ import annotations

import json
import logging
import re
from functools import lru_cache

from refusal import Refusal

# Presidio's own recognizers that find a form, by the entity; those that need a model are not among them
_BY_FORM = {
    "CREDIT_CARD": "CreditCardRecognizer",
    "DATE_TIME": "DateRecognizer",
    "EMAIL_ADDRESS": "EmailRecognizer",
    "IBAN_CODE": "IbanRecognizer",
    "IP_ADDRESS": "IpRecognizer",
    "MEDICAL_LICENSE": "MedicalLicenseRecognizer",
    "PHONE_NUMBER": "PhoneRecognizer",
    "UK_NHS": "NhsRecognizer",
    "URL": "UrlRecognizer",
    "US_DRIVER_LICENSE": "UsLicenseRecognizer",
    "US_PASSPORT": "UsPassportRecognizer",
    "US_SSN": "UsSsnRecognizer",
}
_BY_MODEL = ("PERSON", "LOCATION", "NRP")
# a pattern of the plan is meant as it stands, wherever it is found
_CERTAIN = 0.85
_THRESHOLD = 0.3
_TAG = re.compile(r"(<[A-Z][A-Z0-9_]*>)")


class FreeText:
    """What is looked for in one column. Made once in each Python process."""

    def __init__(self, options: dict):
        try:
            import presidio_analyzer
            from presidio_anonymizer import AnonymizerEngine
        except ImportError:
            raise Refusal("the image has no Presidio, which free text takes: add what requirements.txt of the job names") from None
        for name in ("presidio-analyzer", "presidio-anonymizer"):
            # warnings of recognizers may quote what they look at
            logging.getLogger(name).setLevel(logging.CRITICAL)
        _stay_offline()
        language = options["language"]
        engine = _spacy(options.get("model"), language)
        registry = presidio_analyzer.RecognizerRegistry(recognizers=[], supported_languages=[language])
        for entity in options["entities"]:
            if entity in _BY_MODEL:
                continue
            name = _BY_FORM.get(entity)
            if name is None:
                raise Refusal(f"free text is searched for '{entity}': use one of {sorted([*_BY_FORM, *_BY_MODEL])}, or a pattern of your own")
            registry.add_recognizer(getattr(presidio_analyzer.predefined_recognizers, name)(supported_language=language))
        if options.get("model"):
            registry.add_recognizer(presidio_analyzer.predefined_recognizers.SpacyRecognizer(supported_language=language))
        elif set(options["entities"]) & set(_BY_MODEL):
            raise Refusal(f"free text is searched for {sorted(set(options['entities']) & set(_BY_MODEL))}, which takes a model; name one that the image has")
        for pattern in options["patterns"]:
            registry.add_recognizer(
                presidio_analyzer.PatternRecognizer(
                    supported_entity=_entity(pattern["name"]), supported_language=language, global_regex_flags=re.DOTALL,
                    patterns=[presidio_analyzer.Pattern(name=pattern["name"], regex=pattern["regex"], score=_CERTAIN)],
                )
            )
        if options["denyList"]:
            registry.add_recognizer(
                presidio_analyzer.PatternRecognizer(supported_entity="LISTED", supported_language=language, deny_list=options["denyList"], deny_list_score=1.0)
            )
        self._language = language
        self._analyzer = presidio_analyzer.AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=[language])
        self._anonymizer = AnonymizerEngine()

    def clean(self, text: str, mentions: list) -> str:
        """The text with `<ENTITY>` in the place of what was found."""
        found = self._analyzer.analyze(text=text, language=self._language, score_threshold=_THRESHOLD)
        # after the forms: the name inside an address of mail is the address's
        parts = _TAG.split(self._anonymizer.anonymize(text=text, analyzer_results=found).text)
        for mention in sorted({word for word in mentions if word and len(word) > 1}, key=lambda word: (-len(word), word)):
            known = re.compile(rf"(?<!\w){re.escape(mention)}(?!\w)", re.IGNORECASE)
            parts = [part for whole in parts for part in ([whole] if _TAG.fullmatch(whole) else _TAG.split(known.sub("<MENTIONED>", whole)))]
        return "".join(parts)


@lru_cache(maxsize=16)
def _for(options: str) -> FreeText:
    return FreeText(json.loads(options))


def cleaner(options: str):
    """A function for Spark: the cleaned text, or null where it could not be cleaned. What went wrong is not told: it may quote the text."""

    def clean(text, mentions):
        if text is None:
            return None
        engine = _for(options)
        try:
            return engine.clean(text, _words(mentions))
        except Exception:
            return None

    return clean


def _words(mentions) -> list:
    """What the row says elsewhere, as a whole and in its words."""
    whole = [value.strip() for value in mentions or [] if value]
    return whole + [word for value in whole for word in re.split(r"[\s,;]+", value) if len(word) > 2]


def _entity(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", name.upper())


def _spacy(model: str | None, language: str):
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    # Presidio would download a model that it misses
    if model is not None and not spacy.util.is_package(model):
        raise Refusal(f"the image has no spaCy model '{model}': add it when the image is built; it is not downloaded here")
    engine = SpacyNlpEngine(models=[{"lang_code": language, "model_name": model or "blank"}])
    engine.nlp = {language: spacy.load(model) if model else spacy.blank(language)}
    return engine


def _stay_offline() -> None:
    """Recognizers of addresses ask for the list of public suffixes of the day; the one in the package does."""
    import tldextract

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

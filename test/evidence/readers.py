"""Reads evidence as others do: OSCAL with compliance-trestle and oscal, JUnit with junitparser. JSON in, JSON out."""

import json
import logging
import sys
import tempfile
from pathlib import Path

import junitparser
import oscal
from trestle.common.err import TrestleError
from trestle.core.duplicates_validator import DuplicatesValidator
from trestle.core.links_validator import LinksValidator
from trestle.core.refs_validator import RefsValidator
from trestle.core.rule_parameters_validator import RuleParametersValidator
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.component import ComponentDefinition

logging.disable(logging.CRITICAL)
# it unpacks 160 MB where it runs, unless it is told where to: once, into the virtual environment
SUPPORT = Path(sys.prefix) / "oscal" / "oscal_support.db"
SUPPORT.parent.mkdir(exist_ok=True)
oscal.oscal_support.configure_support(str(SUPPORT))

MODELS = {"assessment-results": AssessmentResults, "component-definition": ComponentDefinition}


def by_models(text: str) -> list[str]:
    """Errors of the strict models of trestle, and of its checks of ids, references and rules."""
    root = next(iter(json.loads(text)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{root}.json"
        path.write_text(text, encoding="utf-8")
        try:
            model = MODELS[root].oscal_read(path)
        except (TrestleError, ValueError) as error:
            return [str(error)]
        checks = [DuplicatesValidator(), RefsValidator(), LinksValidator(), RuleParametersValidator()]
        return [f"{type(check).__name__} says no" for check in checks if not check.model_is_valid(model, True, Path(folder))]


def by_metaschema(text: str) -> list[str]:
    """Errors against the metaschema of NIST: structure, datatypes, allowed values, cardinality."""
    content = oscal.OSCAL.loads(text)
    if content.is_valid:
        return []
    return [json.dumps(error, default=str) for error in content.validation_errors] or ["it is no OSCAL"]


def by_parser(text: str) -> dict[str, int]:
    """What a reader of JUnit counts, case by case, whatever the attributes say."""
    counts = {"passed": 0, "failure": 0, "error": 0, "skipped": 0}
    for suite in junitparser.JUnitXml.fromstring(text.encode("utf-8")):
        for case in suite:
            counts[type(case.result[0]).__name__.lower() if case.result else "passed"] += 1
    return counts


if __name__ == "__main__":
    given = json.load(sys.stdin)
    json.dump(
        {
            "models": [by_models(text) for text in given["oscal"]],
            "metaschema": [by_metaschema(text) for text in given["oscal"]],
            "junit": [by_parser(text) for text in given["junit"]],
        },
        sys.stdout,
    )

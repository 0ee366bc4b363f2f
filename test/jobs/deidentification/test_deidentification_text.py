"""Free text on a blank pipeline of spaCy: Presidio's recognizers of forms, patterns and lists of the plan. No model is fetched, so names of others stay; that is
asserted, because it is what a plan without a model gives."""

import plan as plans
import pytest
from free_text import FreeText, cleaner
from refusal import Refusal
from test_deidentification_plan import GOLDEN

OPTIONS = {"language": "en", "entities": ["EMAIL_ADDRESS", "PHONE_NUMBER", "IP_ADDRESS", "URL"], "patterns": [], "denyList": [], "mentions": ["name"]}


@pytest.fixture(scope="module")
def found():
    return FreeText(OPTIONS)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mail ada@example.org now", "mail <EMAIL_ADDRESS> now"),
        ("call 212-555-0123", "call <PHONE_NUMBER>"),
        ("from 10.1.2.3", "from <IP_ADDRESS>"),
        ("Ada Lovelace and ADA came", "<MENTIONED> and <MENTIONED> came"),
        ("Adagio is no name", "Adagio is no name"),
        ("seen by Grace Hopper", "seen by Grace Hopper"),
        ("", ""),
        ("Zoë 👩‍⚕️ 日本", "Zoë 👩‍⚕️ 日本"),
    ],
)
def test_what_has_a_form_or_is_known_is_replaced(found, text, clean):
    assert found.clean(text, ["Ada Lovelace", "Ada"]) == clean


def test_the_patterns_of_the_library_are_looked_for():
    options = plans.column(plans.parse(GOLDEN), "note")
    assert FreeText(options).clean("tax 12 345 678 901 on Ward 7", []) == "tax <DE_TAX_ID> on <LISTED>"


@pytest.mark.parametrize(("change", "says"), [({"entities": ["PERSON"]}, "takes a model"), ({"entities": ["SHOE"]}, "searched for 'SHOE'"), ({"model": "xx_no_model"}, "has no spaCy model 'xx_no_model'")])
def test_fails_on_what_cannot_be_found_here(change, says):
    with pytest.raises(Refusal, match=says):
        FreeText({**OPTIONS, **change})


def test_a_text_that_cannot_be_cleaned_is_given_back_as_nothing(monkeypatch):
    import json

    monkeypatch.setattr(FreeText, "clean", lambda *_: 1 / 0)
    assert cleaner(json.dumps(OPTIONS))("Ada", []) is None

"""The plan: what becomes of each column, and what the result has to hold.

It is made by `Deidentification` of the library and checked here once more, because what runs is what lies in a bucket. Its digest is SHA-256 of the
text as it lies there.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

from refusal import Refusal

VERSION = 1
FORMATS = ("csv", "jsonl", "parquet")
TYPES = ("string", "integer", "number", "boolean")
# beyond it a plan is no table of categories any more, and Spark compiles each entry into the query
MAX_HIERARCHY = 2000

DATE_FORMAT = re.compile(r"(?:yyyy|MM|dd|HH|mm|ss|'T'|[-./: ])+")

_TEXT = str
_WHOLE = int
_NUMBER = (int, float)
# technique -> option -> (type, is required)
TECHNIQUES = {
    "keep": {"type": (_TEXT, False), "reason": (_TEXT, True)},
    "suppress": {},
    "pseudonym": {"domain": (_TEXT, True), "digits": (_WHOLE, True)},
    "token": {"field": (_TEXT, True), "subject": (_TEXT, False)},
    "mask": {"keepLast": (_WHOLE, True), "symbol": (_TEXT, True)},
    "band": {"width": (_NUMBER, True), "top": (_NUMBER, False)},
    "age": {},
    "datePart": {"part": (_TEXT, True), "format": (_TEXT, True)},
    "birthYear": {"asOf": (_TEXT, True), "format": (_TEXT, True)},
    "leading": {"characters": (_WHOLE, True)},
    "zip3": {"restricted": (list, True)},
    "hierarchy": {"table": (dict, True), "otherwise": (_TEXT, False)},
    "shiftDate": {"maxDays": (_WHOLE, True), "format": (_TEXT, True)},
    "freeText": {
        "language": (_TEXT, True),
        "model": (_TEXT, False),
        "entities": (list, True),
        "patterns": (list, True),
        "denyList": (list, True),
        "mentions": (list, True),
    },
}
KEYED = ("pseudonym", "shiftDate")


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(text: str, expected_digest: str | None = None, today: date | None = None) -> dict:
    """The plan of a JSON text; raises a Refusal that names the place when it cannot be followed."""
    if expected_digest is not None and digest_of(text) != expected_digest:
        raise Refusal(
            f"the plan has the digest {digest_of(text)}, and the step was deployed with {expected_digest}:"
            " deploy the step anew, and find out who changed the file"
        )
    try:
        plan = json.loads(text)
    except ValueError:
        raise Refusal("the plan is no JSON: make it with Deidentification of cdk-regulated-ml") from None
    _check(isinstance(plan, dict), "the plan is no object")
    _check(plan.get("version") == VERSION, f"the plan has another version than {VERSION}; deploy step and job from one release")
    _only(plan, ("version", "input", "output", "columns", "subject", "quasiIdentifiers", "sensitive", "thresholds", "limits", "basis"), "the plan")
    _formats(plan)
    _columns(plan)
    _measured(plan)
    _limits(plan)
    _basis(plan, today or date.today())
    return plan


def column(plan: dict, name: str) -> dict:
    return next(entry for entry in plan["columns"] if entry["name"] == name)


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise Refusal(message)


def _only(value: dict, known, what: str) -> None:
    stray = sorted(set(value) - set(known))
    _check(not stray, f"{what} has unknown members {stray}; it knows {sorted(known)}")


def _formats(plan: dict) -> None:
    for side in ("input", "output"):
        value = plan.get(side)
        _check(isinstance(value, dict) and value.get("format") in FORMATS, f"{side}.format of the plan is none of {list(FORMATS)}")
    _only(plan["input"], ("format", "delimiter", "multiLine"), "input of the plan")
    _only(plan["output"], ("format", "bytesPerFile"), "output of the plan")
    _check(len(plan["input"].get("delimiter", ",")) == 1, "input.delimiter of the plan is no single character")
    size = plan["output"].get("bytesPerFile")
    _check(type(size) is int and size >= 1, "output.bytesPerFile of the plan is no whole number from 1")


def _columns(plan: dict) -> None:
    columns = plan.get("columns")
    _check(isinstance(columns, list) and len(columns) > 0, "the plan has no columns")
    names = [entry.get("name") if isinstance(entry, dict) else None for entry in columns]
    _check(all(isinstance(name, str) and name != "" for name in names), "a column of the plan has no name")
    # Spark takes columns for the same that differ in case alone, and a dot for a field of a struct
    folded = [name.lower() for name in names]
    _check(len(set(folded)) == len(folded), "two columns of the plan have the same name, apart from case")
    _check(not any(name.startswith("__") or "`" in name for name in names), "a column of the plan begins with '__' or holds a backquote; rename it in the source")
    for entry in columns:
        _technique(entry, set(names))
    _check(any(entry["technique"] != "suppress" for entry in columns), "the plan suppresses every column; nothing would be left")


def _technique(entry: dict, names: set) -> None:
    name, technique = entry["name"], entry.get("technique")
    _check(technique in TECHNIQUES, f"the technique of column '{name}' is none of {sorted(TECHNIQUES)}")
    options = TECHNIQUES[technique]
    _only(entry, ("name", "technique", "identifier", *options), f"column '{name}' of the plan")
    for option, (kind, required) in options.items():
        value = entry.get(option)
        if value is None:
            _check(not required, f"{option} of column '{name}' is missing")
        else:
            _check(isinstance(value, kind) and not isinstance(value, bool), f"{option} of column '{name}' has the wrong type")
    _bounds(name, technique, entry)
    _check(set(entry.get("mentions", [])) <= names, f"mentions of column '{name}' names a column that the plan does not have")
    _check(technique != "token" or entry.get("subject", name) in names, f"subject of column '{name}' is no column of the plan")


def _bounds(name: str, technique: str, entry: dict) -> None:
    form = entry.get("format", "yyyy-MM-dd")
    _check(DATE_FORMAT.fullmatch(form) is not None and all(part in form for part in ("yyyy", "MM", "dd")), f"format of column '{name}' has not year, month and day as yyyy, MM and dd")
    if technique == "keep":
        _check(entry.get("type", "string") in TYPES, f"type of column '{name}' is none of {list(TYPES)}")
    elif technique == "pseudonym":
        _check(16 <= entry["digits"] <= 64, f"digits of column '{name}' are not 16 to 64")
    elif technique == "mask":
        _check(entry["keepLast"] >= 0 and len(entry["symbol"]) == 1, f"mask of column '{name}' keeps fewer than 0 characters, or its symbol is not one character")
    elif technique == "band":
        _check(entry["width"] > 0, f"width of column '{name}' is not above 0")
    elif technique == "leading":
        _check(entry["characters"] >= 1, f"characters of column '{name}' are not 1 or more")
    elif technique == "shiftDate":
        _check(1 <= entry["maxDays"] <= 3650, f"maxDays of column '{name}' are not 1 to 3650")
    elif technique == "datePart":
        _check(entry["part"] in ("year", "quarter", "month"), f"part of column '{name}' is none of year, quarter, month")
    elif technique == "birthYear":
        _day(entry["asOf"], f"asOf of column '{name}'")
    elif technique == "zip3":
        _check(all(isinstance(code, str) and re.fullmatch(r"\d{3}", code) for code in entry["restricted"]), f"restricted of column '{name}' are not all three digits")
    elif technique == "hierarchy":
        table = entry["table"]
        _check(0 < len(table) <= MAX_HIERARCHY and all(isinstance(value, str) for value in table.values()), f"table of column '{name}' has not 1 to {MAX_HIERARCHY} texts")
    elif technique == "freeText":
        _patterns(name, entry)


def _patterns(name: str, entry: dict) -> None:
    _check(all(isinstance(text, str) and text for option in ("entities", "denyList", "mentions") for text in entry[option]), f"freeText of column '{name}' lists something else than texts")
    for pattern in entry["patterns"]:
        _check(isinstance(pattern, dict) and set(pattern) == {"name", "regex"}, f"a pattern of column '{name}' has not a name and a regex")
        try:
            re.compile(pattern["regex"])
        except re.error:
            raise Refusal(f"pattern '{pattern['name']}' of column '{name}' is no regular expression of Python") from None
    sought = entry.get("model") or entry["entities"] or entry["patterns"] or entry["denyList"] or entry["mentions"]
    _check(bool(sought), f"freeText of column '{name}' looks for nothing")


def _measured(plan: dict) -> None:
    columns = {entry["name"]: entry for entry in plan["columns"]}
    released = {name for name, entry in columns.items() if entry["technique"] != "suppress"}
    subject = plan.get("subject")
    _check(subject is None or subject in columns, "subject of the plan is no column of it")
    _check(subject is not None or all(entry["technique"] != "shiftDate" for entry in columns.values()), "dates are shifted by subject, and the plan names no subject column")
    quasi = plan.get("quasiIdentifiers")
    _check(isinstance(quasi, list) and len(set(map(str, quasi))) == len(quasi), "quasiIdentifiers of the plan are no list of different columns")
    _check(set(quasi) <= released, "quasiIdentifiers of the plan name a column that is not released")
    sensitive = plan.get("sensitive")
    _check(isinstance(sensitive, list), "sensitive of the plan is no list")
    for entry in sensitive:
        _check(isinstance(entry, dict) and entry.get("column") in released, "sensitive of the plan names a column that is not released")
        _check(isinstance(entry.get("ordered"), bool) and set(entry) == {"column", "ordered"}, "an entry of sensitive has not a column and whether it is ordered")
        _check(entry["column"] not in quasi, f"column '{entry['column']}' is a quasi-identifier and sensitive; decide for one")
    thresholds = plan.get("thresholds")
    _check(isinstance(thresholds, dict), "thresholds of the plan are no object")
    _only(thresholds, ("k", "distinctL", "entropyL", "t", "maxSuppressedShare"), "thresholds of the plan")
    for name, value in thresholds.items():
        _check(isinstance(value, _NUMBER) and not isinstance(value, bool), f"threshold {name} is no number")
    _check(all(thresholds.get(name, 1) >= 1 for name in ("k", "distinctL", "entropyL")), "a threshold of k or l is below 1")
    _check(0 <= thresholds.get("t", 0) <= 1 and 0 <= thresholds.get("maxSuppressedShare", 0) < 1, "t is not within 0 and 1, or maxSuppressedShare not from 0 to below 1")
    _check(not thresholds or len(quasi) > 0, "the plan has thresholds and no quasiIdentifiers to hold them over")
    _check(not set(thresholds) & {"distinctL", "entropyL", "t"} or len(sensitive) > 0, "the plan limits l or t and names nothing sensitive")


def _limits(plan: dict) -> None:
    limits = plan.get("limits")
    _check(isinstance(limits, dict) and set(limits) == {"maxValueBytes", "maxQuarantinedShare"}, "limits of the plan have not maxValueBytes and maxQuarantinedShare")
    _check(type(limits["maxValueBytes"]) is int and limits["maxValueBytes"] >= 1, "maxValueBytes is no whole number from 1")
    _check(isinstance(limits["maxQuarantinedShare"], _NUMBER) and 0 <= limits["maxQuarantinedShare"] <= 1, "maxQuarantinedShare is not within 0 and 1")


def _basis(plan: dict, today: date) -> None:
    basis = plan.get("basis")
    _check(isinstance(basis, dict) and basis.get("method") in ("plain", "safe-harbor", "expert-determination"), "basis.method of the plan is none of plain, safe-harbor, expert-determination")
    if basis["method"] == "expert-determination":
        until = _day(basis.get("validUntil"), "validUntil of the determination")
        _check(until >= today, f"the determination was valid until {until}; have it made anew (45 CFR 164.514(b)(1))")
        _check("k" in plan["thresholds"], "an expert determination has no threshold of k to hold")


def _day(text, what: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Refusal(f"{what} is no date such as 2027-03-31") from None

"""Validates values against the request shapes of an AWS service, as botocore carries them.

botocore's own validator knows types, required members and lower limits only; enums, upper limits and patterns are
judged here too. A pipeline variable (`{"Get": …}`, `{"Std:Join": …}`, `{"Std:JsonGet": …}`) may stand for any scalar.
A string with `${…}` holds a value that only CloudFormation knows: its pattern and length are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape

Problem = tuple[str, str]
"""A path and what is wrong there."""

SENTINEL = re.compile(r"\$\{.*\}", re.DOTALL)
VARIABLES = {"Get", "Std:Join", "Std:JsonGet"}

# AWS writes patterns in Java's dialect. What Python's replacement takes too much is letters of other scripts.
JAVA_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{M}": "",
    r"\p{Z}": r"\s",
    r"\p{N}": r"\d",
    r"\p{P}": r"\W",
    r"\p{S}": r"\W",
    r"\p{Alnum}": "a-zA-Z0-9",
}


@cache
def service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


def request_shape(name: str, operation: str) -> Shape:
    return service(name).operation_model(operation).input_shape


def is_sentinel(value: Any) -> bool:
    return isinstance(value, str) and SENTINEL.search(value) is not None


def is_variable(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in VARIABLES


def problems(
    value: Any,
    shape: Shape,
    path: str,
    *,
    filled: frozenset[str] = frozenset(),
    forbidden: dict[str, str] | None = None,
) -> Iterator[Problem]:
    """What is wrong with a value.

    `filled` are required members that the service fills in at the top level, `forbidden` maps members that it refuses
    there to the reason.
    """
    if is_variable(value):
        yield from variable_problems(value, path)
        if shape.type_name in ("structure", "map", "list"):
            yield path, f"a pipeline variable cannot stand for a {shape.type_name}"
        return
    if shape.type_name == "structure":
        yield from _structure(value, shape, path, filled, forbidden or {})
    elif shape.type_name == "list":
        yield from _list(value, shape, path)
    elif shape.type_name == "map":
        yield from _map(value, shape, path)
    else:
        yield from _scalar(value, shape, path)


def variable_problems(value: dict, path: str) -> Iterator[Problem]:
    """What is wrong with the form of a pipeline variable."""
    ((kind, body),) = value.items()
    if kind == "Get":
        if not isinstance(body, str) or not re.fullmatch(r"(Parameters|Execution|Steps)\..+", body, re.DOTALL):
            yield path, f"Get of {body!r}: it begins with Parameters., Execution. or Steps."
    elif kind == "Std:Join":
        if not isinstance(body, dict) or set(body) != {"On", "Values"}:
            yield path, "Std:Join has exactly On and Values"
            return
        if not isinstance(body["On"], str):
            yield f"{path}.Std:Join.On", f"{body['On']!r} is no string"
        if not isinstance(body["Values"], list) or not body["Values"]:
            yield f"{path}.Std:Join.Values", "is no list with values"
            return
        for index, part in enumerate(body["Values"]):
            inner = f"{path}.Std:Join.Values[{index}]"
            if is_variable(part):
                yield from variable_problems(part, inner)
            elif not isinstance(part, (str, int, float)):
                yield inner, f"{part!r} is neither a scalar nor a pipeline variable"
    else:
        if not isinstance(body, dict) or not {"Path"} < set(body) <= {"PropertyFile", "S3Uri", "Step", "Path"}:
            yield path, "Std:JsonGet has Path, and PropertyFile or S3Uri"
            return
        file = body.get("PropertyFile")
        if file is not None and not (
            is_variable(file) and re.fullmatch(r"Steps\.[^.]+\.PropertyFiles\..+", str(file.get("Get")))
        ):
            yield f"{path}.Std:JsonGet.PropertyFile", f"{file!r} is no Get of Steps.<step>.PropertyFiles.<name>"
        if not body["Path"]:
            yield f"{path}.Std:JsonGet.Path", "is empty"


def _structure(
    value: Any, shape: Shape, path: str, filled: frozenset[str], forbidden: dict[str, str]
) -> Iterator[Problem]:
    if getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, dict):
        yield path, f"{_shown(value)} is no object ({shape.name})"
        return
    for name in shape.required_members:
        if name not in value and name not in filled:
            yield f"{path}.{name}", f"is missing: {shape.name} requires it"
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield (
            path,
            f"has {', '.join(value) or 'no member'}: {shape.name} takes exactly one of {', '.join(shape.members)}",
        )
    for name, member in value.items():
        if name in forbidden:
            yield f"{path}.{name}", forbidden[name]
        elif name not in shape.members:
            yield f"{path}.{name}", f"is unknown: {shape.name} has {', '.join(shape.members)}"
        elif member is None:
            yield f"{path}.{name}", "is null: leave it out"
        else:
            yield from problems(member, shape.members[name], f"{path}.{name}")


def _list(value: Any, shape: Shape, path: str) -> Iterator[Problem]:
    if is_sentinel(value):
        return
    if not isinstance(value, list):
        yield path, f"{_shown(value)} is no list ({shape.name})"
        return
    yield from _limits(len(value), shape, path, "items")
    for index, item in enumerate(value):
        yield from problems(item, shape.member, f"{path}[{index}]")


def _map(value: Any, shape: Shape, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield path, f"{_shown(value)} is no map ({shape.name})"
        return
    yield from _limits(len(value), shape, path, "entries")
    for key, item in value.items():
        yield from _scalar(key, shape.key, f"{path}[{key!r}] (key)")
        yield from problems(item, shape.value, f"{path}[{key!r}]")


def _scalar(value: Any, shape: Shape, path: str) -> Iterator[Problem]:
    kind = shape.type_name
    if kind in ("string", "character", "timestamp", "blob"):
        if not isinstance(value, str):
            yield path, f"{_shown(value)} is no string ({shape.name})"
        elif not is_sentinel(value):
            yield from _text(value, shape, path)
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield path, f"{_shown(value)} is no boolean ({shape.name})"
    elif kind in ("integer", "long"):
        if isinstance(value, bool) or not isinstance(value, int):
            yield path, f"{_shown(value)} is no integer ({shape.name})"
        else:
            yield from _limits(value, shape, path, "")
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        yield path, f"{_shown(value)} is no number ({shape.name})"
    else:
        yield from _limits(value, shape, path, "")


def _text(value: str, shape: Shape, path: str) -> Iterator[Problem]:
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield path, f"{value!r} is none of {', '.join(enum)}"
    yield from _limits(len(value), shape, path, "characters")
    pattern = _pattern(shape.metadata.get("pattern"))
    if pattern and not pattern.fullmatch(value):
        yield path, f"{value!r} does not match {pattern.pattern} ({shape.name})"


def _limits(size: float, shape: Shape, path: str, unit: str) -> Iterator[Problem]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low or high is not None and size > high:
        limits = f"at least {low}" if high is None else f"at most {high}" if low is None else f"{low} to {high}"
        yield (
            path,
            f"has {size} {unit}: {shape.name} takes {limits}"
            if unit
            else f"{size} is out of range: {shape.name} takes {limits}",
        )


@cache
def _pattern(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    for java, python in JAVA_CLASSES.items():
        text = text.replace(java, python)
    try:
        return re.compile(text)
    except re.error:
        # Surrogate pairs of XML's character range, and two patterns that are broken in the model: not judged.
        return None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."

"""Puts files to a model by the functions of its script, in the way of SageMaker's serving stack for batch transform.

Reads   a request: `script` (a file), `model` (a folder), `input` and `output` (folders), `contentType`, `accept`,
        `split` (None or Line), `single` (one record a request), `maxBytes` of a request, `join` (each answer behind
        its record).
Writes  an answer for each file, under its name with `.out` behind it.
Errors  exit code 1 with the reason in $ML_ROOT/output/failure, which quotes no record; exit code 3 where there is no
        script with model_fn, or where it leaves the other functions to the serving stack.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
NO_SCRIPT = 3


class Refusal(ValueError):
    """The request cannot be answered; the message quotes no record."""


def serve(request: dict) -> int:
    """Answers all files; the exit code."""
    ask = asking(request)
    if ask is None:
        return NO_SCRIPT
    try:
        folder = Path(request["input"])
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            target = Path(request["output"], f"{file.relative_to(folder)}.out")
            target.parent.mkdir(parents=True, exist_ok=True)
            write_answer(file, target, request, ask)
    except Refusal as error:
        failure = ROOT / "output/failure"
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_text(str(error))
        return 1
    return 0


def asking(request: dict) -> Callable[[bytes], bytes] | None:
    """One request to the model, as the script answers it; None where it has no such functions."""
    file = Path(request["script"])
    if not file.is_file():
        print(f"the model has no {file.name}")
        return None
    sys.path.insert(0, str(file.parent))
    spec = importlib.util.spec_from_file_location("inference", file)
    script = importlib.util.module_from_spec(spec)
    sys.modules["inference"] = script  # dataclasses look their module up
    spec.loader.exec_module(script)
    content_type, accept = request["contentType"], request["accept"]
    needed = ["model_fn"] + ([] if hasattr(script, "transform_fn") else ["input_fn", "predict_fn", "output_fn"])
    lacking = [name for name in needed if not hasattr(script, name)]
    if lacking:
        print(f"{file.name} has no {', '.join(lacking)}")
        return None
    model = script.model_fn(request["model"])

    def ask(body: bytes) -> bytes:
        if hasattr(script, "transform_fn"):
            answer = script.transform_fn(model, body, content_type, accept)
        else:
            answer = script.output_fn(script.predict_fn(script.input_fn(body, content_type), model), accept)
        text = answer[0] if isinstance(answer, tuple) else answer
        return text.encode() if isinstance(text, str) else bytes(text)

    return ask


def write_answer(file: Path, target: Path, request: dict, ask: Callable[[bytes], bytes]) -> None:
    lines_of = (lambda body: body.splitlines()) if request["split"] == "Line" else (lambda body: [body])
    try:
        with target.open("wb") as out:
            for body in requests_in(file, request):
                answer = ask(body)
                if not request["join"]:
                    out.write(answer if request["split"] != "Line" or answer.endswith(b"\n") else answer + b"\n")
                    continue
                records, answers = lines_of(body), lines_of(answer)
                if len(records) != len(answers):
                    raise Refusal(f"{len(answers)} answers for {len(records)} records of one request: nothing to join")
                out.writelines(record + b"," + one + b"\n" for record, one in zip(records, answers, strict=True))
    except Refusal:
        raise
    except Exception as error:
        # what the script says may quote a record: its kind is all that is told
        raise Refusal(f"the script of the model failed with {type(error).__name__}; its log says more") from error


def requests_in(file: Path, request: dict) -> Iterator[bytes]:
    """Bodies of requests: a file, a record, or as many records as fit."""
    if request["split"] == "None":
        yield file.read_bytes()
        return
    if request["split"] != "Line":
        raise Refusal(f"records are parted by {request['split']}, and only None and Line are known here")
    body = b""
    with file.open("rb") as lines:
        for line in lines:
            if body and (request["single"] or len(body) + len(line) > request["maxBytes"]):
                yield body
                body = b""
            body += line
    if body:
        yield body

"""The part of `regulated-ml run` that is Python, as the command calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[3] / "lib/runtime/local-run/main.py"
SCRIPT = """
import json, pathlib

def model_fn(folder):
    return pathlib.Path(folder, "word").read_text()

def input_fn(body, content_type):
    assert content_type == "text/csv"
    return body.decode().splitlines()

def predict_fn(rows, model):
    if "jane" in rows:
        raise ValueError("jane is no number")
    return [f"{row}{model}" for row in rows]

def output_fn(answers, accept):
    return "\\n".join(answers) + "\\n", accept
"""


def call(verb: str, given: object, root: Path) -> subprocess.CompletedProcess:
    env = {"PATH": os.environ["PATH"], "ML_ROOT": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, str(PROGRAM), verb],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )


def missing(folder: Path, main: str, beside: dict[str, str] | None = None) -> list[str]:
    for name, text in {"main.py": main, **(beside or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    done = call("imports", [{"step": "Step", "folder": str(folder), "program": "main.py"}], folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["Step"]


def ask(
    tmp_path: Path, script: str = SCRIPT, records: str = "1\n2\n3\n", **more: object
) -> subprocess.CompletedProcess:
    for name in ("model/code", "in/deep", "out"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    (tmp_path / "model/word").write_text("!")
    (tmp_path / "model/code/inference.py").write_text(script)
    (tmp_path / "in/deep/a.csv").write_text(records)
    request = {
        "script": str(tmp_path / "model/code/inference.py"),
        "model": str(tmp_path / "model"),
        "input": str(tmp_path / "in"),
        "output": str(tmp_path / "out"),
        "contentType": "text/csv",
        "accept": "text/csv",
        "split": "Line",
        "single": False,
        "maxBytes": 100,
        "join": False,
    }
    return call("serve", request | more, tmp_path)


def answer(tmp_path: Path) -> str:
    return (tmp_path / "out/deep/a.csv.out").read_text()


def test_what_is_imported_and_not_there_is_named_once(tmp_path):
    assert missing(tmp_path, "import nowhere.deep, os\nfrom nowhere import x\nimport json as j\n") == ["nowhere"]


def test_what_a_module_beside_the_program_imports_counts_too(tmp_path):
    text = "import own\nfrom package import thing\nfrom . import x\n"
    beside = {"own.py": "import nowhere_one", "package/__init__.py": "import nowhere_two\nimport main"}
    assert missing(tmp_path, text, beside) == ["nowhere_one", "nowhere_two"]


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import nowhere\nexcept ImportError:\n    pass\n",
        "def f():\n    import nowhere\n",
        "if False:\n    import nowhere\n",
    ],
)
def test_an_import_that_may_be_meant_to_fail_is_left_alone(tmp_path, text):
    assert missing(tmp_path, text) == []


@pytest.mark.parametrize("text", ["import (", "\0"])
def test_a_program_that_is_no_python_is_left_to_say_so_itself(tmp_path, text):
    assert missing(tmp_path, text) == []


def test_nothing_of_a_program_is_run(tmp_path):
    assert missing(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')\nimport os\n") == []
    assert not (tmp_path / "ran").exists()


def test_records_are_answered_in_as_few_requests_as_fit(tmp_path):
    counting = (
        SCRIPT
        + "\nfirst = input_fn\ndef input_fn(body, kind):\n    print('asked', len(body))\n    return first(body, kind)\n"
    )
    done = ask(tmp_path, counting, maxBytes=4)
    assert (done.returncode, answer(tmp_path)) == (0, "1!\n2!\n3!\n")
    assert done.stdout.split("\n")[:2] == ["asked 4", "asked 2"]
    assert ask(tmp_path, counting, single=True).stdout.count("asked 2") == 3


def test_each_answer_stands_behind_its_record_where_that_is_asked(tmp_path):
    assert ask(tmp_path, join=True).returncode == 0
    assert answer(tmp_path) == "1,1!\n2,2!\n3,3!\n"


def test_a_file_is_one_request_where_it_is_not_split(tmp_path):
    assert ask(tmp_path, split="None", records="1\n2").returncode == 0
    assert answer(tmp_path) == "1!\n2!\n"


def test_transform_fn_answers_by_itself(tmp_path):
    own = "def model_fn(folder):\n    return 1\ndef transform_fn(model, body, content_type, accept):\n    return body.upper()\n"
    assert ask(tmp_path, own, records="a\n").returncode == 0
    assert answer(tmp_path) == "A\n"


@pytest.mark.parametrize("script", ["x = 1\n", "def model_fn(folder):\n    return 1\n"])
def test_a_script_that_leaves_functions_to_the_serving_stack_is_not_asked(tmp_path, script):
    assert ask(tmp_path, script).returncode == 3


def test_fails_without_quoting_a_record(tmp_path):
    assert ask(tmp_path, records="jane\n").returncode == 1
    message = (tmp_path / "output/failure").read_text()
    assert message == "the script of the model failed with ValueError; its log says more"


@pytest.mark.parametrize(
    ("more", "words"),
    [({"split": "RecordIO"}, "parted by RecordIO"), ({"join": True, "records": "1\n\n"}, "nothing to join")],
)
def test_fails_for_what_cannot_be_answered(tmp_path, more, words):
    short = SCRIPT.replace("for row in rows]", "for row in rows if row]")
    assert ask(tmp_path, short, **more).returncode == 1
    assert words in (tmp_path / "output/failure").read_text()


def test_fails_for_a_verb_that_is_not_there(tmp_path):
    assert "unknown verb 'x', allowed are imports and serve" in call("x", {}, tmp_path).stderr

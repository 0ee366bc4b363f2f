"""Releases from files to files: the same bytes whatever happens in between, and every row in one place."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import plan as plans
import pytest
import storage
from conftest import KEEP, KEY, ONE_COMPILER, RUNTIME, bytes_of, plan, text
from moments import TREATING, UNMARKED, kill_at
from refusal import Refusal
from release import Places, release

SECRETS = ("Ada Lovelace", "MRN-0001", "Zoë-Ünïcode", "Nowhere Street 7")
COLUMNS = [
    ("id", "pseudonym", {"domain": "id", "digits": 32}), ("name", "suppress", {}), ("age", "band", {"width": 10}), ("ill", "keep", KEEP),
]
MEASURED = {"subject": "id", "quasiIdentifiers": ["age"], "sensitive": [{"column": "ill", "ordered": False}]}


def people(count: int = 60) -> list:
    return [[f"MRN-{index:04d}", SECRETS[index % 2 * 2], str(20 + index % 3 * 10 + index % 7), ["flu", "gout", "ok"][index % 5 % 3]] for index in range(count)]


def put(folder: Path, rows: list, name: str = "a.csv", header: tuple = ("id", "name", "age", "ill")) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows] if header else rows)
    return folder


def places(root: Path, source: Path) -> Places:
    return Places(str(source), str(root / "data"), str(root / "report"), str(root / "quarantine"))


def released(root: Path) -> pd.DataFrame:
    return pd.concat([pd.read_csv(file, dtype=str, keep_default_na=False) for file in sorted((root / "data").iterdir())], ignore_index=True)


def quarantined(root: Path) -> list:
    return [json.loads(line) for file in sorted((root / "quarantine").rglob("*.jsonl")) for line in file.read_text().splitlines()]


def test_the_same_rows_give_the_same_bytes_however_they_lie_in_files(spark, tmp_path):
    made = text(plan(COLUMNS, **MEASURED, thresholds={"k": 5, "distinctL": 2}, output={"format": "csv", "bytesPerFile": 900}))
    rows = people()
    one, two = tmp_path / "one", tmp_path / "two"
    report = release(spark, made, None, KEY, places(one, put(tmp_path / "in", rows)))
    assert report["rows"] == {"read": 60, "quarantined": 0, "suppressed": 0, "released": 60}
    assert report["measures"]["counted"] == "subjects" and report["measures"]["k"] >= 5
    assert report["keyId"] == KEY.id
    # two files, backwards, one of them in a folder: as many bytes, so as many files
    source = put(put(tmp_path / "in2", rows[40:][::-1]) / "below", rows[:40][::-1], "b.csv").parent
    release(spark, made, None, KEY, places(two, source))
    first, second = bytes_of(one / "data"), bytes_of(two / "data")
    assert list(first) == [f"part-{index:05d}.csv" for index in range(len(first))] and len(first) > 1
    assert set(pd.concat([released(one)]).itertuples(index=False)) == set(released(two).itertuples(index=False))
    assert len(first) != len(second) or first == second
    manifest = json.loads((one / "report/manifest.json").read_text())
    assert {entry["path"]: (entry["bytes"], entry["sha256"]) for entry in manifest["data"]} == {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in first.items()}
    everything = b"".join(bytes_of(one).values()).decode()
    assert not any(secret in everything for secret in SECRETS)


def test_a_run_that_is_repeated_does_nothing_and_one_that_died_is_made_again(spark, tmp_path, monkeypatch):
    made, source = text(plan(COLUMNS, **MEASURED)), put(tmp_path / "in", [*people(), ["MRN-9", "Ada Lovelace", "old", "flu"]])
    root = tmp_path / "out"
    release(spark, made, None, KEY, places(root, source))
    whole, times = bytes_of(root), {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    release(spark, made, None, KEY, places(root, source))
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == times
    # what was changed by hand is made again, and what is no part of it is gone
    (root / "data/part-00000.csv").write_text("forged")
    (root / "data/leftover.csv").write_text("of a run that was killed")
    moves, real = [], storage.Folder.move

    def dying(folder, *rest):
        moves.append(rest)
        if len(moves) == dies_at:
            raise MemoryError("killed here")
        real(folder, *rest)

    monkeypatch.setattr(storage.Folder, "move", dying)
    # at the first file of the release, and at the last of the quarantine
    for dies_at in (1, 2):
        moves.clear()
        with pytest.raises(MemoryError):
            release(spark, made, None, KEY, places(root, source))
        # nor does the manifest of the release before say what lies there now
        assert not any((root / "report" / name).exists() for name in ("_SUCCESS", "manifest.json", "report.json"))
    monkeypatch.setattr(storage.Folder, "move", real)
    release(spark, made, None, KEY, places(root, source))
    assert bytes_of(root) == whole


def test_every_row_is_released_or_kept_with_a_reason(spark, tmp_path):
    header, good = "id,name,age,ill\n", 'MRN-1,Ada Lovelace,31,"flu, bad"\nMRN-2,"Ada ""A"" L",32,\n'
    bad = "MRN-3,Ada,33\nMRN-4,Ada,34,flu,more\nMRN-5,Ada,old,flu\n,Ada,35,flu\nMRN-6,Ada,36," + "x" * 300 + "\n"
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.csv").write_bytes((header + good + bad).encode() + b"MRN-7,Ada,37,\xff\xfe\n")
    (source / "_SUCCESS").write_text("")
    (source / "empty.csv").write_text("")
    (source / "header.csv").write_text(header)
    root = tmp_path / "out"
    report = release(spark, text(plan(COLUMNS, subject="id")), None, KEY, places(root, source))
    assert report["rows"] == {"read": 8, "quarantined": 6, "suppressed": 0, "released": 2}
    assert sorted((row["file"], row["reason"], row["column"]) for row in quarantined(root)) == [
        ("a.csv", "malformed", ""), ("a.csv", "malformed", ""), ("a.csv", "no-number", "age"), ("a.csv", "no-subject", "id"), ("a.csv", "not-utf-8", "ill"), ("a.csv", "oversize", "ill"),
    ]
    records = [row["record"] for row in quarantined(root)]
    assert "MRN-3,Ada,33" in records and "MRN-4,Ada,34,flu,more" in records
    assert any('"age":"old"' in record for record in records)


def test_small_groups_are_given_up_to_the_share_that_is_allowed(spark, tmp_path):
    rows = [*people(), ["MRN-8888", "Ada", "95", "flu"]]
    source = put(tmp_path / "in", rows)
    limits = {"thresholds": {"k": 5, "maxSuppressedShare": 0.02}}
    report = release(spark, text(plan(COLUMNS, **MEASURED, **limits)), None, KEY, places(tmp_path / "a", source))
    assert report["rows"]["suppressed"] == 1 and report["measures"]["k"] >= 5
    assert "90" not in set(released(tmp_path / "a")["age"])
    with pytest.raises(Refusal, match="above 0.01"):
        release(spark, text(plan(COLUMNS, **MEASURED, thresholds={"k": 5, "maxSuppressedShare": 0.01})), None, KEY, places(tmp_path / "b", source))
    assert not (tmp_path / "b/data").exists() or not bytes_of(tmp_path / "b/data")
    with pytest.raises(Refusal, match="k is 1, below 5"):
        release(spark, text(plan(COLUMNS, **MEASURED, thresholds={"k": 5})), None, KEY, places(tmp_path / "a", source))
    # what was released before stays, and the refusal stands beside it
    assert (tmp_path / "a/report/_SUCCESS").exists()
    assert json.loads((tmp_path / "a/report/refusal.json").read_text())["because"].startswith("k is 1, below 5")


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        ([], ("id", "name", "age", "ill"), "holds no rows"),
        ([["1", "Ada Lovelace", "3", "x", "y"]], ("id", "name", "age", "ill", "secret"), r"1 columns of the input are not in the plan, at \[5\] counted from 1: name each"),
        ([["1", "Ada Lovelace", "3"]], ("id", "name", "age"), "lacks the columns"),
        ([["MRN-0001", "Ada Lovelace", "3", "x"]], None, r"at \[1, 2, 3, 4\] counted from 1, and it lacks the columns \['id', 'name', 'age', 'ill'\] of the plan: name each"),
        ([["1", "Ada", "3", "x"]], ("id", "name", "age", "age"), "not in the plan|same name|lacks"),
    ],
)
def test_fails_on_a_table_that_is_not_the_one_of_the_plan(spark, tmp_path, rows, header, says):
    with pytest.raises(Refusal, match=says) as refused:
        release(spark, text(plan(COLUMNS)), None, KEY, places(tmp_path / "out", put(tmp_path / "in", rows, header=header)))
    assert not any(secret in str(refused.value) for secret in SECRETS)


def test_fails_without_files_without_a_key_and_with_too_many_bad_rows(spark, tmp_path):
    (tmp_path / "none").mkdir()
    with pytest.raises(Refusal, match="holds no files"):
        release(spark, text(plan(COLUMNS)), None, KEY, places(tmp_path / "out", tmp_path / "none"))
    source = put(tmp_path / "in", [["1", "Ada", "old", "x"], ["2", "Ada", "3", "x"]])
    with pytest.raises(Refusal, match="given no key"):
        release(spark, text(plan(COLUMNS)), None, None, places(tmp_path / "out", source))
    with pytest.raises(Refusal, match="1 of 2 rows cannot be released .1 no-number in age., more than the share of 0.1"):
        release(spark, text(plan(COLUMNS, limits={"maxValueBytes": 200, "maxQuarantinedShare": 0.1})), None, KEY, places(tmp_path / "out", source))
    assert [row["reason"] for row in quarantined(tmp_path / "out")] == ["no-number"]


def test_json_lines_and_parquet(spark, tmp_path):
    columns = [("id", "pseudonym", {"domain": "id", "digits": 16}), ("a.b c", "keep", {**KEEP, "type": "integer"}), ("ill", "keep", KEEP)]
    source = tmp_path / "in"
    source.mkdir()
    lines = ['{"id":"1","a.b c":7,"ill":"ü"}', '{"id":"2","ill":null}', '{"id":"3","a.b c":"x"}', "[1]", "{", '{"id":"4","id":"5"}', "", '"text"']
    (source / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    first = plan(columns, input={"format": "jsonl"}, output={"format": "parquet", "bytesPerFile": 1000})
    report = release(spark, text(first), None, KEY, places(tmp_path / "parquet", source))
    assert report["rows"] == {"read": 7, "quarantined": 5, "suppressed": 0, "released": 2}
    assert {entry["reason"]: entry["rows"] for entry in report["quarantine"]} == {"malformed": 3, "field-twice": 1, "no-integer": 1}
    table = spark.read.parquet(str(tmp_path / "parquet/data"))
    assert dict(table.dtypes) == {"id": "string", "a.b c": "bigint", "ill": "string"}
    assert sorted((row[1] or 0, row[2] or "") for row in table.collect()) == [(0, ""), (7, "ü")]
    second = plan([("id", "keep", KEEP), ("a.b c", "band", {"width": 5}), ("ill", "keep", KEEP)], input={"format": "parquet"}, output={"format": "jsonl", "bytesPerFile": 1000})
    release(spark, text(second), None, None, places(tmp_path / "json", tmp_path / "parquet/data"))
    rows = [json.loads(line) for file in sorted((tmp_path / "json/data").iterdir()) for line in file.read_text().splitlines()]
    assert sorted((row["a.b c"] or "", row["ill"] or "") for row in rows) == [("", ""), ("5", "ü")]
    (source / "b.jsonl").write_text('{"id":"9","ill":"x","name":"Ada Lovelace"}\n')
    with pytest.raises(Refusal, match="1 rows have fields that are not in the plan"):
        release(spark, text(first), None, KEY, places(tmp_path / "more", source))


def start(root: Path, source: Path, *more: str) -> subprocess.Popen:
    command = [sys.executable, str(RUNTIME / "main.py"), "--data", str(source), "--output", str(root / "data"), "--report", str(root / "report"), "--quarantine", str(root / "quarantine")]
    made = root.parent / "plan.json"
    command += ["--plan", str(made), "--plan-digest", plans.digest_of(made.read_text()), "--key", str(root.parent / "key"), "--driver-memory", "1g", *more]
    (root.parent / "spark-defaults.conf").write_text(ONE_COMPILER)
    environment = {**os.environ, "ML_ROOT": str(root.parent / "ml"), "SPARK_CONF_DIR": str(root.parent), "SPARK_LOCAL_DIRS": str(root.parent / "spark"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True)


def run(root: Path, source: Path, *more: str) -> tuple[str, int]:
    process = start(root, source, *more)
    return process.communicate()[0], process.returncode


def test_a_job_that_is_killed_at_two_moments_and_run_again_gives_the_bytes_of_one_that_was_not_and_tells_no_value(asking, vault_server, tmp_path):
    vault = ("--token-vault", vault_server.vault.function, "--token-budget", str(vault_server.vault.budget), "--token-callers", "2")
    notes = {"language": "en", "entities": ["PHONE_NUMBER", "EMAIL_ADDRESS"], "patterns": [], "denyList": ["Nowhere Street 7"], "mentions": ["name"]}
    columns = [*COLUMNS, ("note", "freeText", notes), ("mrn", "token", {"field": "patientId"})]
    made = text(plan(columns, **MEASURED, output={"format": "csv", "bytesPerFile": 300_000}))
    (tmp_path / "plan.json").write_text(made)
    (tmp_path / "key").write_bytes(bytes(range(32)))
    (tmp_path / "ml").mkdir()
    persons = people(900)
    rows = []
    for index in range(30_000):
        number, name, age, ill = persons[index % 900]
        note = f"{name} of Nowhere Street 7, call 212-555-01{index % 90 + 10}" if index % 1_001 == 0 else ""
        rows.append([number, name, age, ill if index % 7 else "ok", note, number])
    rows += [["MRN-0001", "Ada Lovelace", "Zoë-Ünïcode", "flu", "", "MRN-0001"], ["MRN-0001", "Ada Lovelace"]]
    source = put(tmp_path / "in", rows, header=("id", "name", "age", "ill", "note", "mrn"))
    root = tmp_path / "killed"
    told = kill_at(TREATING, lambda: start(root, source, *vault), root, 300)
    tokens = vault_server.seen()["tokens"]
    told += kill_at(UNMARKED, lambda: start(root, source, *vault), root, 300)
    again, status = run(root, source, *vault)
    assert status == 0, again
    # in another session, which compiles nothing and shuffles into fewer parts
    whole = places(tmp_path / "whole", source)
    assert release(asking, made, None, KEY, whole, vault_server.vault)["rows"] == {"read": 30_002, "quarantined": 2, "suppressed": 0, "released": 30_000}
    # those of the run that was killed first, and no others
    assert vault_server.seen()["tokens"] == tokens >= 900
    assert bytes_of(root) == bytes_of(tmp_path / "whole")
    assert len(bytes_of(tmp_path / "whole/data")) > 2
    assert len(quarantined(tmp_path / "whole")) == 2
    told += again + "".join(file.read_text() for file in (tmp_path / "ml").rglob("*") if file.is_file())
    result = b"".join(content for name, content in bytes_of(tmp_path / "whole").items() if not name.startswith("quarantine")).decode()
    for secret in (*SECRETS, "MRN-", "212-555", bytes(range(32)).hex()):
        assert secret not in told
        assert secret not in result
    assert "<MENTIONED> of <LISTED>, call <PHONE_NUMBER>" in result


def test_a_refusal_is_an_exit_code_and_a_message_where_sagemaker_looks(tmp_path):
    (tmp_path / "plan.json").write_text(text(plan(COLUMNS, **MEASURED, thresholds={"k": 50})))
    (tmp_path / "key").write_bytes(b"short")
    (tmp_path / "ml").mkdir()
    told, status = run(tmp_path / "out", put(tmp_path / "in", people(9)))
    assert status == 1 and "the key has 5 bytes" in told
    assert (tmp_path / "ml/output/message").read_text().startswith("the key has 5 bytes")

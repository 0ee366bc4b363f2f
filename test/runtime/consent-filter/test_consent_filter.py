"""The job that keeps the rows of people who consent, run as SageMaker runs it: a program, a folder, environment variables."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tracemalloc
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JOB = Path(__file__).parents[3] / "lib" / "runtime" / "consent-filter" / "main.py"
REASONS = ["no-record", "withdrawn", "none", "expired", "not-yet", "no-subject", "unreadable"]


def iso(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Job:
    """A container: its folders, and what it is told."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.root / "processing" / "input" / "admissions"

    @property
    def snapshot(self) -> Path:
        return self.root / "processing" / "input" / "consent-snapshot"

    def kept(self, name: str) -> Path:
        return self.root / "processing" / "output" / "consented" / name

    @property
    def report(self) -> dict:
        return json.loads((self.root / "processing" / "output" / "consent" / "consent.json").read_text())

    @property
    def message(self) -> str:
        return (self.root / "output" / "message").read_text()

    def put(self, name: str, content: str | bytes) -> None:
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def consents(self, *rows: tuple, taken: datetime | None = None) -> str:
        """Writes a snapshot as the registry does: rows are (subject, decision) with a purpose and an end where they have one."""
        header = {"format": 1, "takenAt": iso(taken or now()), "rows": len(rows)}
        lines = [header]
        for subject, decision, *more in rows:
            row = {"subject": subject, "purpose": more[0] if more else "readmission-risk", "decision": decision}
            if len(more) > 1:
                row["validUntil"] = more[1]
            lines.append(row)
        data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        digest = hashlib.sha256(data).hexdigest()
        self.snapshot.mkdir(parents=True, exist_ok=True)
        (self.snapshot / "consent.jsonl").write_bytes(data)
        (self.snapshot / "manifest.json").write_text(json.dumps({"snapshot": digest, "takenAt": header["takenAt"], "rows": len(rows)}))
        self.environment["CONSENT_SNAPSHOT"] = digest
        return digest

    def run(self, **changes: str) -> subprocess.CompletedProcess:
        told = {
            "CONSENT_SUBJECT": "patient_id", "CONSENT_PURPOSE": "readmission-risk", "CONSENT_MAXIMUM_AGE_SECONDS": "86400", "CONSENT_INPUT": "admissions",
            "CONSENT_DELIMITER": ",", "ML_ROOT": str(self.root), **self.environment, **changes,
        }
        environment = {**{key: value for key, value in os.environ.items() if not key.startswith("CONSENT_")}, **told, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([sys.executable, str(JOB)], env=environment, capture_output=True, text=True, check=False)

    def passes(self, **changes: str) -> dict:
        done = self.run(**changes)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == self.report
        return self.report

    def stops(self, **changes: str) -> str:
        done = self.run(**changes)
        assert done.returncode == 1, done.stdout + done.stderr
        assert done.stderr == f"stopped: {self.message}\n"
        assert not (self.root / "processing" / "output" / "consent").exists()
        return self.message


@pytest.fixture
def job(tmp_path: Path) -> Job:
    made = Job(tmp_path)
    made.data.mkdir(parents=True)
    return made


def test_keeps_the_rows_of_those_who_consent_and_counts_the_others_by_why(job: Job) -> None:
    soon, before = iso(now() + timedelta(days=1)), iso(now() - timedelta(seconds=1))
    job.consents(
        ("p1", "given"), ("p2", "withdrawn"), ("p3", "given", "readmission-risk", soon), ("p4", "given", "readmission-risk", before), ("p5", "none"), ("p6", "not-yet"),
        ("p7", "expired"), ("p8", "given", "research"))
    job.put("day1.csv", "patient_id,age\n" + "".join(f"p{n},{60 + n}\n" for n in range(1, 10)) + ",70\n")
    report = job.passes()
    assert job.kept("day1.csv").read_text() == "patient_id,age\np1,61\np3,63\n"
    assert report["rows"] == {"read": 10, "kept": 2, "dropped": 8}
    assert report["dropped"] == {"no-record": 2, "withdrawn": 1, "none": 1, "expired": 2, "not-yet": 1, "no-subject": 1, "unreadable": 0}
    assert (report["snapshot"], report["purpose"], report["files"]) == (job.environment["CONSENT_SNAPSHOT"], "readmission-risk", 1)


def test_says_nothing_of_anybody(job: Job) -> None:
    canary = "canary-Ärztin-4711"
    job.consents((canary, "withdrawn"), ("p1", "given"))
    job.put(f"{canary}.csv", f"patient_id,note\n{canary},{canary}\np1,\"{canary}\"\n{canary}\n")
    done = job.run()
    assert done.returncode == 0
    assert canary not in done.stdout + done.stderr + json.dumps(job.report, ensure_ascii=False)
    for content in [f"patient_id\n\"{canary}", f"patient_id\n{canary}\n".encode() + b"\xff", f"{canary},patient_id,patient_id\n"]:
        job.put(f"{canary}.csv", content)
        stopped = Job(job.root).run(**job.environment)
        assert stopped.returncode == 1
        assert canary not in stopped.stdout + stopped.stderr + job.message


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonl.gz"])
def test_json_lines_stay_as_they_are_byte_by_byte(job: Job, name: str) -> None:
    job.consents(("12", "given"), ("Ünï—ॐ", "given"), ("x", "withdrawn"))
    kept = ['{"patient_id": 12,  "b":1.50}\n', '{"note":"\\u00e9","patient_id":"Ünï—ॐ"}\n']
    lines = [kept[0], '{"patient_id": 12.0}\n', '{"patient_id": true}\n', '{"patient_id": null}\n', "\n", '{"patient_id": ["12"]}\n', '{"other": 1}\n', "[12]\n", "{broken\n", '{"patient_id":"x"}\n', kept[1].rstrip("\n")]
    content = "".join(lines).encode()
    job.put(name, gzip.compress(content) if name.endswith("gz") else content)
    report = job.passes()
    written = job.kept(name).read_bytes()
    assert (gzip.decompress(written) if name.endswith("gz") else written).decode() == "".join(kept)
    assert report["dropped"] == {**dict.fromkeys(REASONS, 0), "no-subject": 5, "unreadable": 2, "withdrawn": 1}


def test_csv_is_read_as_csv(job: Job) -> None:
    job.consents(("p,1", "given"), ("p\"2", "given"), ("00123", "given"), ("P1", "given"))
    job.put("a.csv", b"\xef\xbb\xbf" + b'note,patient_id\r\n"line\r\nbreak","p,1"\r\n,"p""2"\r\nzeros,00123\r\nnot,123\r\ncase,p1\r\nshort\r\n,,\r\n\r\n')
    report = job.passes()
    rows = list(csv.reader(io.StringIO(job.kept("a.csv").read_bytes().decode(), newline="")))
    assert rows == [["note", "patient_id"], ["line\r\nbreak", "p,1"], ["", 'p"2'], ["zeros", "00123"]]
    assert report["dropped"] == {**dict.fromkeys(REASONS, 0), "no-record": 2, "unreadable": 2}


def test_columns_may_be_separated_otherwise(job: Job) -> None:
    job.consents(("p1", "given"))
    job.put("a.csv", "patient_id;cost\np1;1,5\np2;2,5\n")
    job.passes(CONSENT_DELIMITER=";")
    assert job.kept("a.csv").read_text() == "patient_id;cost\np1;1,5\n"


def test_empty_files_and_folders_are_no_fault(job: Job) -> None:
    job.consents()
    job.put("empty.csv", "")
    job.put("header.csv", "patient_id,age\n")
    job.put("empty.jsonl", "")
    job.put("_SUCCESS", "")
    job.put(".part.csv.crc", "x")
    report = job.passes()
    assert report["rows"] == {"read": 0, "kept": 0, "dropped": 0}
    assert report["files"] == 3
    assert job.kept("header.csv").read_text() == "patient_id,age\n"
    assert sorted(path.name for path in job.kept("").iterdir()) == ["empty.csv", "empty.jsonl", "header.csv"]


def test_files_keep_their_folders(job: Job) -> None:
    job.consents(("p1", "given"))
    job.put("year=2026/month=11/part-0.csv", "patient_id\np1\np2\n")
    job.passes()
    assert job.kept("year=2026/month=11/part-0.csv").read_text() == "patient_id\np1\n"


def test_parquet_is_filtered_where_the_image_has_pyarrow(job: Job) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    job.consents(("1", "given"), ("3", "given"))
    job.data.mkdir(parents=True, exist_ok=True)
    parquet.write_table(arrow.table({"patient_id": [1, 2, 3, None], "age": [60, 61, 62, 63]}), job.data / "a.parquet")
    report = job.passes()
    assert parquet.read_table(job.kept("a.parquet")).to_pydict() == {"patient_id": [1, 3], "age": [60, 62]}
    assert report["dropped"]["no-subject"] == 1
    job.put("b.parquet", "no parquet")
    assert Job(job.root).run(**job.environment).returncode == 1


def test_stops_for_parquet_without_pyarrow(job: Job, tmp_path: Path) -> None:
    job.consents(("1", "given"))
    job.put("a.parquet", b"PAR1")
    hidden = tmp_path / "hidden" / "pyarrow"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('hidden')\n")
    assert "the image has no pyarrow" in job.stops(PYTHONPATH=str(hidden.parent))


@pytest.mark.parametrize(("change", "said"), [
    ({"CONSENT_MAXIMUM_AGE_SECONDS": "3600"}, "2.0 hours ago, and 1.0 hours are allowed: start a new run"),
    ({"CONSENT_SNAPSHOT": "0" * 64}, "is not the one that this run had taken"),
    ({"CONSENT_SNAPSHOT": ""}, "environment variable CONSENT_SNAPSHOT is not set"),
    ({"CONSENT_PURPOSE": ""}, "environment variable CONSENT_PURPOSE is not set"),
    ({"CONSENT_SUBJECT": "name"}, "a file has 0 columns 'name' and needs one"),
    ({"CONSENT_INPUT": "elsewhere"}, "there is no input"),
])
def test_stops_when_what_it_is_told_does_not_fit(job: Job, change: dict[str, str], said: str) -> None:
    job.consents(("p1", "given"), taken=now() - timedelta(hours=2))
    job.put("a.csv", "patient_id\np1\n")
    assert said in job.stops(**change)


def test_stops_for_a_snapshot_that_is_ahead_of_the_clock(job: Job) -> None:
    job.consents(("p1", "given"), taken=now() + timedelta(minutes=30))
    assert "0.5 hours ahead of this clock" in job.stops()


def test_clocks_that_differ_a_little_stop_nothing(job: Job) -> None:
    job.consents(("p1", "given"), taken=now() + timedelta(minutes=2))
    job.passes()


@pytest.mark.parametrize("missing", ["consent.jsonl", "manifest.json"])
def test_stops_when_the_snapshot_is_not_there(job: Job, missing: str) -> None:
    job.consents(("p1", "given"))
    (job.snapshot / missing).unlink()
    assert "there is no snapshot" in job.stops()


def test_stops_for_any_byte_that_was_changed(job: Job) -> None:
    job.consents(("p1", "withdrawn"), ("p2", "given"))
    job.put("a.csv", "patient_id\np1\n")
    data = job.snapshot / "consent.jsonl"
    original = data.read_bytes()
    data.write_bytes(original.replace(b"withdrawn", b"given"))
    assert "somebody or something changed it" in job.stops()
    # with a manifest that agrees, what the run had taken is still another
    (job.snapshot / "manifest.json").write_text(json.dumps({"snapshot": hashlib.sha256(data.read_bytes()).hexdigest()}))
    assert "somebody or something changed it" in job.stops()


@pytest.mark.parametrize("lines", [
    [], ["[]"], ["{}"], ["nonsense"], ['{"format":1,"takenAt":"2026-01-01T00:00:00.000Z","rows":0}', '{"subject":"a"}'],
])
def test_stops_for_what_is_no_snapshot(job: Job, lines: list[str]) -> None:
    job.consents()
    data = "".join(line + "\n" for line in lines).encode()
    (job.snapshot / "consent.jsonl").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    (job.snapshot / "manifest.json").write_text(json.dumps({"snapshot": digest}))
    assert "snapshot" in job.stops(CONSENT_SNAPSHOT=digest)


def test_stops_for_lines_that_are_missing_and_decisions_that_are_new(job: Job) -> None:
    job.consents(("p1", "maybe"))
    assert "decisions that this code does not know (1)" in job.stops()
    data = f'{{"format":1,"takenAt":"{iso(now())}","rows":2}}\n{{"subject":"a","purpose":"readmission-risk","decision":"given"}}\n'.encode()
    (job.snapshot / "consent.jsonl").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    (job.snapshot / "manifest.json").write_text(json.dumps({"snapshot": digest}))
    assert "has not as many lines as it says" in job.stops(CONSENT_SNAPSHOT=digest)


@pytest.mark.parametrize(("name", "content", "said"), [
    ("a.xlsx", b"PK", "1 of 1 files are none of .csv, .jsonl, .ndjson, .parquet"),
    ("a", b"x", "1 of 1 files are none of"),
    ("a.csv", b"patient_id\n\xff\xfe\n", "file 1 of 1 is not UTF-8"),
    ("a.csv", b'patient_id\n"open\n', "file 1 of 1 is not CSV"),
    ("a.csv", b"patient_id,patient_id\n", "a file has 2 columns 'patient_id' and needs one"),
    ("a.csv.gz", b"patient_id\n", "file 1 of 1 is not packed by gzip"),
    ("a.jsonl.gz", gzip.compress(b'{"patient_id":"p1"}\n' * 1000)[:-12], "file 1 of 1 is not packed by gzip, or not to its end"),
])
def test_stops_for_data_that_cannot_be_read(job: Job, name: str, content: bytes, said: str) -> None:
    job.consents(("p1", "given"))
    job.put(name, content)
    assert said in job.stops()


subjects = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.dictionaries(subjects, st.sampled_from(["given", "withdrawn", "none", "expired", "not-yet"]), max_size=8), rows=st.lists(subjects, max_size=20))
def test_keeps_what_a_model_keeps_in_every_format(tmp_path_factory: pytest.TempPathFactory, said: dict[str, str], rows: list[str]) -> None:
    job = Job(tmp_path_factory.mktemp("model"))
    job.consents(*said.items())
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([["patient_id", "row"], *[[subject, number] for number, subject in enumerate(rows)]])
    job.put("a.csv", text.getvalue())
    job.put("a.jsonl", "".join(json.dumps({"patient_id": subject, "row": number}) + "\n" for number, subject in enumerate(rows)))
    job.passes()
    wanted = [number for number, subject in enumerate(rows) if said.get(subject) == "given"]
    assert [int(row["row"]) for row in csv.DictReader(io.StringIO(job.kept("a.csv").read_bytes().decode(), newline=""))] == wanted
    assert [json.loads(line)["row"] for line in job.kept("a.jsonl").read_text().splitlines()] == wanted


def test_memory_does_not_grow_with_the_data(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    job.consents(*((f"p{n}", "given") for n in range(0, 1000, 2)))
    job.put("a.csv", "patient_id,note\n" + "".join(f"p{n % 1000},{'x' * 100}\n" for n in range(200_000)))
    for name, value in {"CONSENT_SUBJECT": "patient_id", "CONSENT_DELIMITER": ",", "CONSENT_PURPOSE": "readmission-risk", "CONSENT_MAXIMUM_AGE_SECONDS": "60", "CONSENT_INPUT": "admissions", **job.environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(JOB.parent))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import importlib.util

    spec = importlib.util.spec_from_file_location("consent_filter_main", JOB)
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)
    tracemalloc.start()
    try:
        report = main.run(job.root, now())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report["rows"] == {"read": 200_000, "kept": 100_000, "dropped": 100_000}
    # the file has 21 MB
    assert peak < 5_000_000

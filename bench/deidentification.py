"""Rows per second of the de-identification job, against the same work in plain pandas and against Presidio alone, in one run on one machine.

    .venv-jobs/bin/python bench/deidentification.py [--part speed|tokens|kill] [rows, default 5000000; of tokens 300000] [folder for the data, default a temporary one]

The table has eight columns: an id becomes a pseudonym, a name is left out, a date is shifted by person, a birth date becomes a year, an age and a ZIP code what Safe Harbor leaves, two
are kept; k, l and t are measured over three quasi-identifiers. pandas does the same to a tenth of the rows, with hmac of Python for each row, and its rows per second are compared:
what it does is linear, and the whole table would take its memory. Presidio cleans some notes by itself, and the job cleans as many more as it has cores.
The memory is the most that the JVM had resident (VmHWM), sampled while it ran; Linux only.

`--part tokens` puts the same table with tokens of a vault in the place of pseudonyms beside the job without: the function of the library answers in one process of Node, over tables in memory and without a budget, so that what is
seen is the job, the client and the function, and neither a network nor DynamoDB. It takes `npm ci`.

`--part kill` measures nothing. It adds rows that are quarantined and given up, runs the job to its end, and then, for each of the moments of test/jobs/deidentification/moments.py, kills a run elsewhere, runs it
again and compares every file by its SHA-256. It ends with an exit code where one differs, where a killed run left what a reader would take for a release, or where a run on a finished release touches a file.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
RUNTIME = ROOT / "lib/runtime/deidentification"
sys.dont_write_bytecode = True
sys.path[:0] = [str(RUNTIME), str(ROOT / "test/jobs/deidentification")]

from moments import MOMENTS, files_of, kill_at

KEY = bytes(range(32))
HEAP = "2g"
NOTES = 2_000
FORMAT = "yyyy-MM-dd"
PLAN = {
    "version": 1, "input": {"format": "csv"}, "output": {"format": "csv", "bytesPerFile": 134_217_728},
    "columns": [
        {"name": "patient_id", "technique": "pseudonym", "domain": "patient", "digits": 32}, {"name": "name", "technique": "suppress"},
        {"name": "born", "technique": "birthYear", "asOf": "2026-11-27", "format": FORMAT}, {"name": "age", "technique": "band", "width": 10, "top": 90},
        {"name": "zip", "technique": "zip3", "restricted": ["036"]}, {"name": "admitted", "technique": "shiftDate", "maxDays": 180, "format": FORMAT},
        {"name": "sex", "technique": "keep", "reason": "measured"}, {"name": "diagnosis", "technique": "keep", "reason": "learned"},
    ],
    "subject": "patient_id", "quasiIdentifiers": ["age", "zip", "sex"], "sensitive": [{"column": "diagnosis", "ordered": False}],
    "thresholds": {"k": 2, "maxSuppressedShare": 0.05}, "limits": {"maxValueBytes": 65_536, "maxQuarantinedShare": 0.01}, "basis": {"method": "plain"},
}
FREE_TEXT = {
    **PLAN, "columns": [{"name": "note", "technique": "freeText", "language": "en", "entities": ["EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "URL", "IP_ADDRESS"], "patterns": [], "denyList": [], "mentions": []}],
    "subject": None, "quasiIdentifiers": [], "sensitive": [], "thresholds": {},
}


# of a deterministic field, of which the process that answers keeps nothing: random ones of millions of people would take its memory
TOKENS = {
    **PLAN, "columns": [{"name": "patient_id", "technique": "token", "field": "nationalId"}, {"name": "name", "technique": "token", "field": "nationalId", "subject": "patient_id"}, *PLAN["columns"][2:]],
}
# Lambda on ARM in US East (N. Virginia), November 2026, with as much memory as gives one core: https://aws.amazon.com/lambda/pricing/
REQUEST, GIGABYTE_SECOND, GIGABYTES = 0.20e-6, 0.0000133334, 1.769
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:tokenize"


# so many files that a run is seen while it puts them in their places
FILES = 75
LONGEST_RUN = 3_600.0


def generate(folder: Path, rows: int) -> None:
    folder.mkdir(parents=True)
    draw = np.random.default_rng(7)
    day = np.datetime64("1930-01-01")
    for start in range(0, rows, 250_000):
        count = min(250_000, rows - start)
        people = draw.integers(0, max(1, rows // 3), count)
        pd.DataFrame({
            "patient_id": np.char.add("MRN-", np.char.zfill(people.astype(str), 9)), "name": np.char.add("Name ", people.astype(str)), "born": day + (people * 7919 % 30_000).astype("timedelta64[D]"),
            "age": 15 + people * 31 % 80, "zip": np.char.zfill((people * 17 % 400 * 100 + 1000).astype(str), 5), "admitted": np.datetime64("2020-01-01") + draw.integers(0, 2000, count).astype("timedelta64[D]"),
            "sex": np.where(people % 2 == 0, "f", "m"), "diagnosis": np.char.add("I", draw.integers(10, 60, count).astype(str)),
        }).to_csv(folder / f"part-{start:010d}.csv", index=False)


def start(source: Path, root: Path, plan: dict, *more: str, environment: dict | None = None) -> subprocess.Popen:
    """The job, with its JVM, in a session of its own."""
    root.mkdir(exist_ok=True)
    (root / "plan.json").write_text(json.dumps(plan))
    (root / "key").write_bytes(KEY)
    command = [sys.executable, str(RUNTIME / "main.py"), "--data", str(source), "--plan", str(root / "plan.json"), "--driver-memory", HEAP, *more]
    for name, folder in (("output", "data"), ("report", "report"), ("quarantine", "quarantine")):
        command += [f"--{name}", str(root / folder)]
    if plan["subject"]:
        command += ["--key", str(root / "key")]
    own = {"PYTHONDONTWRITEBYTECODE": "1", "SPARK_LOCAL_DIRS": str(root / "spark"), **(environment or {})}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **own}, start_new_session=True)


@dataclass
class Run:
    """What a job took, the start of its JVM included, and its report. Memory and time of processors are sampled: what the last half second took is not in them."""

    seconds: float
    # of all its processes
    cpu: float
    # the most that its JVM had
    kib: int
    report: dict


def spark(source: Path, root: Path, plan: dict, *more: str, environment: dict | None = None) -> Run:
    began = time.perf_counter()
    process = start(source, root, plan, *more, environment=environment)
    watched = Watched(process.pid)
    watcher = threading.Thread(target=watched.until_end_of, args=(process,), daemon=True)
    watcher.start()
    told = process.communicate()[0]
    seconds = time.perf_counter() - began
    watcher.join()
    if process.returncode != 0:
        raise SystemExit(told)
    return Run(seconds, watched.cpu, watched.kib, json.loads((root / "report/report.json").read_text()))


class Watched:
    """A process and those that it has started, and they, by what /proc says of them."""

    def __init__(self, pid: int):
        self._pid = pid
        self._ticks: dict = {}
        self.kib = 0

    @property
    def cpu(self) -> float:
        """Seconds of processors."""
        return sum(self._ticks.values()) / os.sysconf("SC_CLK_TCK")

    def until_end_of(self, process: subprocess.Popen) -> None:
        while process.poll() is None:
            self.look()
            time.sleep(0.5)

    def look(self) -> None:
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(stat.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
        for pid, (_, ticks) in parents.items():
            if self._is_below(pid, parents):
                self._ticks[pid] = ticks
                self._look_at_memory(pid)

    def _is_below(self, pid: int, parents: dict) -> bool:
        while pid in parents:
            if pid == self._pid:
                return True
            pid = parents[pid][0]
        return False

    def _look_at_memory(self, pid: int) -> None:
        try:
            text = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        if text.startswith("Name:\tjava") and "VmHWM:" in text:
            self.kib = max(self.kib, int(text.split("VmHWM:")[1].split()[0]))


def tokens(source: Path, root: Path, rows: int, _moments: list) -> None:
    """The job with tokens of a vault in the place of pseudonyms beside the job without, in one run; the vault has all cores between them."""
    plain = spark(source, root / "plain", PLAN)
    print(f"job        {plain.seconds:8.1f} s  {rows / plain.seconds:10,.0f} rows/s  {plain.cpu:.0f} s of processors", flush=True)
    command = [shutil.which("node") or "node", "node_modules/tsx/dist/cli.mjs", "--tsconfig", "tsconfig.dev.json", "test/support/vault-server.ts"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        url = json.loads(server.stdout.readline())["url"]
        vault = Watched(server.pid)
        vault.look()
        before = vault.cpu
        environment = {"AWS_ENDPOINT_URL_LAMBDA": url, "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true"}
        asking = spark(source, root / "tokens", TOKENS, "--token-vault", FUNCTION, "--token-budget", "1000000000", "--token-callers", str(os.cpu_count() or 1), environment=environment)
        vault.look()
        function = vault.cpu - before
        with urllib.request.urlopen(f"{url}/seen") as answer:
            requests = json.loads(answer.read())["requests"]
        server.stdin.close()
    values, asks = sum(field["values"] for field in asking.report["tokens"].values()), len(requests)
    print(f"tokens     {asking.seconds:8.1f} s  {rows / asking.seconds:10,.0f} rows/s  {asking.cpu:.0f} s of processors, and {function:.0f} of the function: "
          f"{plain.seconds / asking.seconds:.2f} times the rows a second, {plain.cpu / asking.cpu:.2f} times those a second of processors", flush=True)
    price = (asks * REQUEST + function * GIGABYTES * GIGABYTE_SECOND) / values * 1e6
    print(f"vault      {values:,} values in {asks:,} asks of {values / asks:,.0f}, {asks / asking.seconds:.1f} asks a second of the job, {asks / function:.1f} a second of the function; "
          f"a million values take {1e6 / values * function:.0f} s of it: USD {price:.3f} for Lambda", flush=True)


def pandas(files: list, target: Path) -> tuple[float, int]:
    """The same work in one process, without quarantine, staging and manifest: seconds, and rows."""
    def keyed(use: str) -> bytes:
        return hmac.digest(KEY, f"use:{use}".encode(), "sha256")

    pseudonym, shift = keyed("pseudonym:patient"), keyed("shift")
    began = time.perf_counter()
    table = pd.concat([pd.read_csv(file, dtype=str) for file in files], ignore_index=True)
    ids = table.pop("patient_id")
    drawn = ids.map(lambda value: int(hmac.new(shift, value.encode(), hashlib.sha256).hexdigest()[:15], 16) % 360)
    days = drawn.where(drawn < 180, drawn + 1) - 180
    year = table["born"].str[:4]
    result = pd.DataFrame({
        "patient_id": ids.map(lambda value: hmac.new(pseudonym, value.encode(), hashlib.sha256).hexdigest()[:32]), "born": year.where(year > "1936", "<=1936"),
        "age": (table["age"].astype(int) // 10 * 10).clip(upper=90), "zip": table["zip"].str[:3].replace("036", "000"),
        "admitted": (pd.to_datetime(table["admitted"]) + pd.to_timedelta(days, unit="D")).dt.strftime("%Y-%m-%d"), "sex": table["sex"], "diagnosis": table["diagnosis"],
    })
    quasi = ["age", "zip", "sex"]
    sizes = result.groupby(quasi)["patient_id"].transform("nunique")
    result = result[sizes >= 2]
    pairs = result.drop_duplicates([*quasi, "patient_id", "diagnosis"])
    share = pairs.groupby(quasi)["diagnosis"].value_counts(normalize=True)
    overall = pairs["diagnosis"].value_counts(normalize=True)
    share.groupby(quasi).size().min(), np.exp(-(share * np.log(share)).groupby(quasi).sum()).min()
    ((share - share.index.get_level_values("diagnosis").map(overall)).abs().groupby(quasi).sum()).max()
    result.sort_values(list(result.columns)).to_csv(target, index=False)
    return time.perf_counter() - began, len(table)


def notes(count: int) -> list:
    return [f"Seen on ward {index % 9}, call 212-555-0{100 + index % 90} or mail p{index}@example.org; pressure {100 + index % 60} over {60 + index % 40}, no complaints." for index in range(count)]


def presidio(texts: list) -> float:
    from free_text import FreeText

    engine = FreeText(FREE_TEXT["columns"][0])
    engine.clean(texts[0], [])
    began = time.perf_counter()
    for text in texts:
        engine.clean(text, [])
    return time.perf_counter() - began


def add_faulty(folder: Path, rows: int) -> None:
    """One row in a thousand more without a date, which is quarantined, and some people who are alone with their ZIP code, who are given up."""
    # what was written anew would be another input
    if (folder / "part-odd.csv").exists():
        return
    people = np.arange(max(1, rows // 1_000))
    common = {"patient_id": np.char.add("ODD-", people.astype(str)), "name": "Name", "born": "1960-02-29", "age": 44}
    alone = pd.DataFrame({**common, "zip": np.char.zfill((50_000 + people % 400 * 100).astype(str), 5), "admitted": "2024-02-29", "sex": "alone", "diagnosis": "I10"})
    alone = alone.drop_duplicates("zip")
    dateless = pd.DataFrame({**common, "zip": "01000", "admitted": np.char.add("soon ", people.astype(str)), "sex": "f", "diagnosis": "I10"})
    pd.concat([dateless, alone]).to_csv(folder / "part-odd.csv", index=False)


def kill(source: Path, root: Path, rows: int, moments: list) -> None:
    add_faulty(source, rows)
    plan = {**PLAN, "output": {"format": "csv", "bytesPerFile": sum(file.stat().st_size for file in source.iterdir()) // FILES}}
    whole = root / "whole"
    report = spark(source, whole, plan).report
    expected = digests(whole)
    print(f"whole      {report['rows']}; {len(expected)} files, {sum(file.stat().st_size for file in files_of(whole).values()):,} bytes, all together {all_of(expected)}", flush=True)
    for moment in (moment for moment in MOMENTS if moment.word in moments):
        place = root / "killed"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        kill_at(moment, lambda place=place: start(source, place, plan), place, LONGEST_RUN)
        left = len(files_of(place))
        spark(source, place, plan)
        found = digests(place)
        differing = sorted({path for path in {*expected, *found} if expected.get(path) != found.get(path)})
        if differing:
            raise SystemExit(f"killed while {moment.name} and run again, {len(differing)} of {len(expected)} files differ, such as {differing[:5]}; they lie in {place} and {whole}")
        print(f"killed     while {moment.name}; it left {left} files, none to be taken for a release; run again: {all_of(found)}", flush=True)
    before = {path: file.stat().st_mtime_ns for path, file in files_of(whole).items()}
    spark(source, whole, plan)
    if {path: file.stat().st_mtime_ns for path, file in files_of(whole).items()} != before:
        raise SystemExit("a run on a finished release has touched it")
    print("once more  on the finished release: no file was touched", flush=True)


def digests(place: Path) -> dict:
    found = {}
    for path, file in files_of(place).items():
        with file.open("rb") as content:
            found[path] = hashlib.file_digest(content, "sha256").hexdigest()
    return found


def all_of(found: dict) -> str:
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def speed(source: Path, root: Path, rows: int, _moments: list) -> None:
    cores = os.cpu_count() or 1
    run = spark(source, root / "job", PLAN)
    ours = rows / run.seconds
    print(f"job        {run.seconds:8.1f} s  {ours:10,.0f} rows/s  JVM at most {run.kib / 1024:,.0f} MiB; {run.report['rows']} k={run.report['measures']['k']}", flush=True)
    files = sorted(source.iterdir())
    plain_seconds, plain_rows = pandas(files[: max(1, len(files) // 10)], root / "pandas.csv")
    plain = plain_rows / plain_seconds
    print(f"pandas     {plain_seconds:8.1f} s  {plain:10,.0f} rows/s  of {plain_rows:,} rows; the job does {ours / plain:.2f} times as many", flush=True)
    alone = NOTES / presidio(notes(NOTES))
    print(f"Presidio   {NOTES / alone:8.1f} s  {alone:10,.0f} notes/s alone, in one process", flush=True)
    more = NOTES * 5 * cores
    (root / "notes").mkdir(exist_ok=True)
    pd.DataFrame({"note": notes(more)}).to_csv(root / "notes/notes.csv", index=False)
    seconds = spark(root / "notes", root / "text", FREE_TEXT).seconds
    print(f"free text  {seconds:8.1f} s  {more / seconds:10,.0f} notes/s in the job, the start of Spark included; {more / seconds / alone:.2f} times Presidio alone", flush=True)


PARTS = {"speed": (speed, 5_000_000), "tokens": (tokens, 300_000), "kill": (kill, 5_000_000)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=PARTS, default="speed")
    parser.add_argument("--moments", nargs="+", metavar="MOMENT", choices=[moment.word for moment in MOMENTS], default=[moment.word for moment in MOMENTS])
    parser.add_argument("rows", type=int, nargs="?")
    parser.add_argument("folder", type=Path, nargs="?")
    given = parser.parse_args()
    part, usual = PARTS[given.part]
    rows = given.rows or usual
    root = given.folder or Path(tempfile.mkdtemp(prefix="deidentification-"))
    root.mkdir(parents=True, exist_ok=True)
    source = root / f"in-{rows}"
    try:
        if not source.exists():
            generate(source, rows)
        size = sum(file.stat().st_size for file in source.iterdir())
        print(f"{rows:,} rows, {size / 2**20:,.0f} MiB of CSV, {os.cpu_count()} cores, heap of {HEAP}", flush=True)
        part(source, root, rows, given.moments)
    finally:
        if given.folder is None:
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()

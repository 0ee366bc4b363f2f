"""Rows per second of the de-identification job, against the same work in plain pandas and against Presidio alone, in one run on one machine.

    .venv-jobs/bin/python bench/deidentification.py [rows, default 5000000] [folder for the data, default a temporary one]

The table has eight columns: an id becomes a pseudonym, a name is left out, a date is shifted by person, a birth date becomes a year, an age and a ZIP code what Safe Harbor leaves, two
are kept; k, l and t are measured over three quasi-identifiers. pandas does the same to a tenth of the rows, with hmac of Python for each row, and its rows per second are compared:
what it does is linear, and the whole table would take its memory. Presidio cleans some notes by itself, and the job cleans as many more as it has cores.
The same table with tokens of a vault in the place of pseudonyms is put beside that: the function of the library answers in one process of Node, over tables in memory and without a budget, so
that what is seen is the job, the client and the function, and neither a network nor DynamoDB. It takes `npm ci`.
The memory is the most that the JVM had resident (VmHWM), sampled while it ran; Linux only.
"""

from __future__ import annotations

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
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
RUNTIME = ROOT / "lib/runtime/deidentification"
sys.dont_write_bytecode = True
sys.path.insert(0, str(RUNTIME))

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
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:tokenize"


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


def spark(source: Path, root: Path, plan: dict, *more: str, environment: dict | None = None) -> tuple[float, int, dict]:
    """Seconds from start to end, the JVM's start included; the most KiB it had; the report."""
    (root / "plan.json").write_text(json.dumps(plan))
    (root / "key").write_bytes(KEY)
    command = [sys.executable, str(RUNTIME / "main.py"), "--data", str(source), "--plan", str(root / "plan.json"), "--driver-memory", HEAP, *more]
    for name in ("output", "report", "quarantine"):
        command += [f"--{name}", str(root / name)]
    if plan["subject"]:
        command += ["--key", str(root / "key")]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "SPARK_LOCAL_DIRS": str(root / "spark"), **(environment or {})})
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    told = process.communicate()[0]
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise SystemExit(told)
    return seconds, peak[0], json.loads((root / "report/report.json").read_text())


def _watch(process: subprocess.Popen, peak: list) -> None:
    while process.poll() is None:
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
            except OSError:
                continue
            if text.startswith("Name:\tjava") and _is_below(int(status.parent.name), process.pid):
                peak[0] = max(peak[0], int(text.split("VmHWM:")[1].split()[0]))
        time.sleep(0.5)


def _is_below(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        try:
            pid = int((Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            return False
    return False


def tokens(source: Path, root: Path) -> tuple[float, dict]:
    """Seconds of the job that asks a vault, and what it reports of it."""
    root.mkdir(exist_ok=True)
    command = [shutil.which("node") or "node", "node_modules/tsx/dist/cli.mjs", "--tsconfig", "tsconfig.dev.json", "test/support/vault-server.ts"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        url = json.loads(server.stdout.readline())["url"]
        environment = {"AWS_ENDPOINT_URL_LAMBDA": url, "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true"}
        seconds, _, report = spark(source, root, TOKENS, "--token-vault", FUNCTION, "--token-budget", "1000000000", "--token-callers", str(os.cpu_count() or 1), environment=environment)
        server.stdin.close()
    return seconds, report["tokens"]


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


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    root = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp(prefix="deidentification-"))
    root.mkdir(parents=True, exist_ok=True)
    try:
        if not (root / "in").exists():
            generate(root / "in", rows)
        size = sum(file.stat().st_size for file in (root / "in").iterdir())
        cores = os.cpu_count() or 1
        print(f"{rows:,} rows, {size / 2**20:,.0f} MiB of CSV, {cores} cores, heap of {HEAP}", flush=True)
        seconds, peak, report = spark(root / "in", root, PLAN)
        ours = rows / seconds
        print(f"job        {seconds:8.1f} s  {ours:10,.0f} rows/s  JVM at most {peak / 1024:,.0f} MiB; {report['rows']} k={report['measures']['k']}", flush=True)
        seconds, of_vault = tokens(root / "in", root / "tokens")
        asked = sum(field["values"] for field in of_vault.values())
        print(f"tokens     {seconds:8.1f} s  {rows / seconds:10,.0f} rows/s  with {asked:,} values asked of a vault in one process: {rows / seconds / ours:.2f} times as many rows", flush=True)
        files = sorted((root / "in").iterdir())
        plain_seconds, plain_rows = pandas(files[: max(1, len(files) // 10)], root / "pandas.csv")
        plain = plain_rows / plain_seconds
        print(f"pandas     {plain_seconds:8.1f} s  {plain:10,.0f} rows/s  of {plain_rows:,} rows; the job does {ours / plain:.2f} times as many", flush=True)
        alone = NOTES / presidio(notes(NOTES))
        print(f"Presidio   {NOTES / alone:8.1f} s  {alone:10,.0f} notes/s alone, in one process", flush=True)
        more = NOTES * 5 * cores
        (root / "notes").mkdir(exist_ok=True)
        pd.DataFrame({"note": notes(more)}).to_csv(root / "notes/notes.csv", index=False)
        (root / "text").mkdir(exist_ok=True)
        seconds, _, _ = spark(root / "notes", root / "text", FREE_TEXT)
        print(f"free text  {seconds:8.1f} s  {more / seconds:10,.0f} notes/s in the job, the start of Spark included; {more / seconds / alone:.2f} times Presidio alone", flush=True)
    finally:
        if len(sys.argv) <= 2:
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()

"""Keeps the rows of people who consent to a purpose now, by a snapshot of the registry.

Reads what lies in `<root>/processing/input/<name>`, writes the same files with fewer rows, and a report that counts what was dropped and names
nobody. It stops where the snapshot is missing, changed, older than allowed or of another run: no data is better than data nobody agreed to.
"""

import csv
import gzip
import hashlib
import json
import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

REASONS = ("no-record", "withdrawn", "none", "expired", "not-yet", "no-subject", "unreadable")
CLOCKS_DIFFER = timedelta(minutes=5)
LARGEST_FIELD = 64 * 1024 * 1024


class Stopped(Exception):
    """Why nothing is written. It names no person, and no file: names of files may name one."""


class Consents:
    """Who consents to a purpose, by a snapshot that was looked at as a whole."""

    def __init__(self, folder, expected, purpose, maximum_age, now):
        self.purpose = purpose
        self.now = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"
        self.snapshot, self.taken_at, self._said = self._read(folder, expected, purpose)
        age = now - instant(self.taken_at)
        if age > maximum_age:
            raise Stopped(f"the snapshot was taken at {self.taken_at}, {hours(age)} ago, and {hours(maximum_age)} are allowed: start a new run, or have snapshots taken more often")
        if age < -CLOCKS_DIFFER:
            raise Stopped(f"the snapshot was taken at {self.taken_at}, which is {hours(-age)} ahead of this clock: neither can be trusted")

    def reason(self, subject):
        """Why rows of a subject are dropped; None where they are kept."""
        if subject is None or subject == "":
            return "no-subject"
        said = self._said.get(subject)
        if said is None:
            return "no-record"
        decision, valid_until = said
        if decision != "given":
            return decision
        return "expired" if valid_until is not None and valid_until <= self.now else None

    @staticmethod
    def _read(folder, expected, purpose):
        manifest, data = folder / "manifest.json", folder / "consent.jsonl"
        if not manifest.is_file() or not data.is_file():
            raise Stopped("there is no snapshot of the registry where it should be: look at the step that takes it")
        digest, said, header, count = hashlib.sha256(), {}, None, 0
        try:
            claimed = json.loads(manifest.read_text(encoding="utf-8"))["snapshot"]
            with data.open("rb") as lines:
                for line in lines:
                    digest.update(line)
                    row = json.loads(line)
                    if header is None:
                        header = row
                        continue
                    count += 1
                    if row["purpose"] == purpose:
                        said[row["subject"]] = (row["decision"], row.get("validUntil"))
            whole = header is not None and header["format"] == 1 and header["rows"] == count
        except (ValueError, KeyError, TypeError):
            raise Stopped("the snapshot is no snapshot of a registry: its lines are not what the registry writes") from None
        if not digest.hexdigest() == claimed == expected:
            raise Stopped("the snapshot is not the one that this run had taken: its digest is another, so somebody or something changed it")
        if not whole:
            raise Stopped("the snapshot has not as many lines as it says, or is of a format that this code does not know")
        unknown = {decision for decision, _ in said.values()} - set(REASONS) - {"given"}
        if unknown:
            raise Stopped(f"the snapshot has decisions that this code does not know ({len(unknown)}): run the code of the same version as the registry")
        return claimed, header["takenAt"], said


class Counts:
    """What was read, kept and dropped."""

    def __init__(self):
        self.read = self.kept = 0
        self.dropped = dict.fromkeys(REASONS, 0)

    def keeps(self, reason):
        self.read += 1
        if reason is None:
            self.kept += 1
            return True
        self.dropped[reason] += 1
        return False


def subject_of(value):
    """A subject as the registry spells it: a text as it is, a whole number in its digits. Anything else is nobody's identifier."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def filter_csv(source, target, settings, consents, counts):
    with opened(source, "rt", encoding="utf-8-sig", newline="") as lines, opened(target, "wt", encoding="utf-8", newline="") as kept:
        rows = csv.reader(lines, delimiter=settings["delimiter"], strict=True)
        writer = csv.writer(kept, delimiter=settings["delimiter"], lineterminator="\n")
        header = next(rows, None)
        if header is None:
            return
        if header.count(settings["subject"]) != 1:
            raise Stopped(f"a file has {header.count(settings['subject'])} columns '{settings['subject']}' and needs one: name the column that says whose row it is")
        column, width = header.index(settings["subject"]), len(header)
        writer.writerow(header)
        for row in rows:
            if not row:
                continue
            if counts.keeps(consents.reason(row[column]) if len(row) == width else "unreadable"):
                writer.writerow(row)


def filter_json_lines(source, target, settings, consents, counts):
    with opened(source, "rt", encoding="utf-8-sig", newline="\n") as lines, opened(target, "wt", encoding="utf-8", newline="") as kept:
        for line in lines:
            if line.strip() == "":
                continue
            try:
                row = json.loads(line)
                reason = consents.reason(subject_of(row.get(settings["subject"]))) if isinstance(row, dict) else "unreadable"
            except ValueError:
                reason = "unreadable"
            if counts.keeps(reason):
                kept.write(line if line.endswith("\n") else line + "\n")


def filter_parquet(source, target, settings, consents, counts):
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise Stopped("the data is Parquet, and the image has no pyarrow: take an image that has it, or give CSV or JSON lines") from None
    try:
        file = parquet.ParquetFile(source)
        if file.schema_arrow.names.count(settings["subject"]) != 1:
            raise Stopped(f"a file has no column '{settings['subject']}': name the column that says whose row it is")
        with parquet.ParquetWriter(target, file.schema_arrow) as writer:
            for batch in file.iter_batches():
                mask = [counts.keeps(consents.reason(subject_of(value))) for value in batch.column(settings["subject"]).to_pylist()]
                writer.write_batch(batch.filter(arrow.array(mask, type=arrow.bool_())))
    except arrow.ArrowInvalid:
        raise Stopped("a file is called .parquet and is none") from None


FILTERS = {".csv": filter_csv, ".jsonl": filter_json_lines, ".ndjson": filter_json_lines, ".parquet": filter_parquet}


def filter_of(path):
    """What reads a file; the ending says what it is, before one that says it is packed."""
    packed = path.suffix == ".gz"
    kind = Path(path.stem).suffix if packed else path.suffix
    return None if packed and kind == ".parquet" else FILTERS.get(kind.lower())


def opened(path, mode, **options):
    return gzip.open(path, mode, **options) if path.suffix == ".gz" else path.open(mode, **options)


def filter_all(source, target, settings, consents):
    """Filters every file below a folder. Names that begin with `_` or `.` are of whoever wrote the data, and hold none of it."""
    if not source.is_dir():
        raise Stopped("there is no input: look at the input of the step")
    found = [path for path in sorted(source.rglob("*")) if path.is_file()]
    files = [path for path in found if not path.name.startswith(("_", "."))]
    strange = sum(1 for path in files if filter_of(path) is None)
    if strange:
        raise Stopped(f"{strange} of {len(files)} files are none of {', '.join(FILTERS)}, packed by gzip or not: what cannot be read cannot be filtered")
    counts = Counts()
    for number, path in enumerate(files, 1):
        out = target / path.relative_to(source)
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            filter_of(path)(path, out, settings, consents, counts)
        except UnicodeDecodeError:
            raise Stopped(f"file {number} of {len(files)} is not UTF-8") from None
        except csv.Error:
            raise Stopped(f"file {number} of {len(files)} is not CSV: a quote does not close, or a field is longer than {LARGEST_FIELD} characters") from None
        except (EOFError, gzip.BadGzipFile):
            raise Stopped(f"file {number} of {len(files)} is not packed by gzip, or not to its end") from None
    return counts, len(files)


def instant(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def hours(time):
    return f"{time.total_seconds() / 3600:.1f} hours"


def setting(name):
    value = os.environ.get(name, "")
    if value == "":
        raise Stopped(f"environment variable {name} is not set: the construct sets it")
    return value


def run(root, now):
    csv.field_size_limit(LARGEST_FIELD)
    processing = root / "processing"
    settings = {"subject": setting("CONSENT_SUBJECT"), "delimiter": setting("CONSENT_DELIMITER")}
    consents = Consents(
        processing / "input" / "consent-snapshot", setting("CONSENT_SNAPSHOT"), setting("CONSENT_PURPOSE"),
        timedelta(seconds=int(setting("CONSENT_MAXIMUM_AGE_SECONDS"))), now)
    counts, files = filter_all(processing / "input" / setting("CONSENT_INPUT"), processing / "output" / "consented", settings, consents)
    report = {
        "snapshot": consents.snapshot, "takenAt": consents.taken_at, "checkedAt": consents.now, "purpose": consents.purpose, "files": files,
        "rows": {"read": counts.read, "kept": counts.kept, "dropped": counts.read - counts.kept}, "dropped": counts.dropped,
    }
    folder = processing / "output" / "consent"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "consent.json").write_text(json.dumps(report), encoding="utf-8")
    return report


def main():
    root = Path(os.environ.get("ML_ROOT", "/opt/ml"))
    try:
        report = run(root, datetime.now(timezone.utc))
    except Stopped as stopped:
        print(f"stopped: {stopped}", file=sys.stderr)
        # what SageMaker shows as the reason of a failed job
        (root / "output").mkdir(parents=True, exist_ok=True)
        (root / "output" / "message").write_text(str(stopped), encoding="utf-8")
        return 1
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())

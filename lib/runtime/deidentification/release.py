"""A release from beginning to end: read, treat, quarantine, measure, suppress, hold, write, commit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import columns
import measures
import plan as plans
import reading
from commit import Commit, write
from hmac_key import HmacKey
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from refusal import Refusal
from token_vault import Vault
from tokens import Tokens

# goes into what a release is made from: a new way of working makes anew what an old one has made
WAY = 1
# each core that writes holds so many bytes before they go to disk, 128 MiB by default
ROW_GROUP = 8 << 20


@dataclass(frozen=True)
class Places:
    """Where data comes from and goes to, as addresses of folders."""

    source: str
    data: str
    report: str
    quarantine: str


def release(spark: SparkSession, plan_text: str, plan_digest: str | None, key: HmacKey | None, places: Places, vault: Vault | None = None) -> dict:
    """Makes the release and gives its report; a Refusal leaves none behind."""
    plan = plans.parse(plan_text, plan_digest)
    if columns.needs_key(plan) and key is None:
        raise Refusal("the plan has keyed techniques or a subject, and the job was given no key: give one with --key or --key-secret")
    if columns.needs_vault(plan) and vault is None:
        raise Refusal("the plan takes tokens of a vault, and the job was told of none: give the step a vault")
    table = reading.read(spark, places.source, plan)
    tokens = Tokens(spark, vault) if columns.needs_vault(plan) else None
    made_from = [WAY, plans.digest_of(plan_text), key.id if key else None, table.fingerprint, *([vault.function] if tokens else [])]
    commit = Commit(spark, places.data, places.report, places.quarantine, hashlib.sha256(json.dumps(made_from).encode()).hexdigest())
    if commit.is_complete():
        return json.loads(commit.report.text("report.json"))
    commit.begin()
    report = _facts(plan, plan_text, key, table)
    try:
        report = _work(spark, plan, key, table, commit, report, tokens)
    except Refusal as refusal:
        commit.refuse({**report, "status": "refused", "because": str(refusal)})
        raise
    report["status"] = "released"
    commit.finish(report, plan["output"]["format"])
    return report


def _work(spark: SparkSession, plan: dict, key: HmacKey | None, table: reading.Table, commit: Commit, report: dict, tokens: Tokens | None) -> dict:
    # once, and beside the quarantine: what could not be treated is as sensitive as it came
    staged = commit.staging(commit.quarantine, "rows")
    try:
        columns.treat(spark, table.rows, plan, key, tokens).write.mode("overwrite").option("parquet.block.size", ROW_GROUP).parquet(staged.uri)
    finally:
        if tokens:
            tokens.forget()
            report["tokens"] = tokens.facts
    rows = spark.read.parquet(staged.uri)
    reasons = {(row["__reason"], row["__column"]): row["count"] for row in rows.groupBy("__reason", "__column").count().collect()}
    read = sum(reasons.values())
    good = reasons.pop((None, None), 0)
    report["rows"] = {"read": read, "quarantined": read - good, "suppressed": 0, "released": good}
    report["quarantine"] = [{"reason": reason, "column": column, "rows": count} for (reason, column), count in sorted(reasons.items())]
    parts = max(1, -(-table.size // plan["output"]["bytesPerFile"]))
    if read > good:
        rejected = rows.filter(F.col("__reason").isNotNull()).select(*[F.col(f"__{name}").alias(name) for name in ("file", "reason", "column", "record")])
        write(rejected, ["file", "reason", "column", "record"], commit.staging(commit.quarantine, "files"), "jsonl", parts)
    _check_rows(plan, report, reasons)
    treated = rows.filter(F.col("__reason").isNull())
    kept = _suppressed(treated, plan, report)
    _hold(kept, plan, report)
    names = columns.released(plan)
    released = kept.select(*[F.col(column).alias(name) for column, name in names.items()])
    delimiter = plan["input"].get("delimiter", ",")
    write(released, [f"`{name}`" for name in names.values()], commit.staging(commit.data, "files"), plan["output"]["format"], parts, delimiter)
    return report


def _check_rows(plan: dict, report: dict, reasons: dict) -> None:
    rows = report["rows"]
    unlisted = sum(count for (reason, _), count in reasons.items() if reason == reading.UNLISTED)
    if unlisted:
        raise Refusal(f"{unlisted} rows have fields that are not in the plan: name each; what is to pass is kept by name")
    if rows["read"] == 0:
        raise Refusal("the input holds no rows: there is nothing to release")
    share = rows["quarantined"] / rows["read"]
    if share > plan["limits"]["maxQuarantinedShare"]:
        found = ", ".join(f"{entry['rows']} {entry['reason']}{' in ' + entry['column'] if entry['column'] else ''}" for entry in report["quarantine"])
        raise Refusal(f"{rows['quarantined']} of {rows['read']} rows cannot be released ({found}), more than the share of {plan['limits']['maxQuarantinedShare']}")
    if rows["released"] == 0:
        raise Refusal("no row can be released")


def _suppressed(treated: DataFrame, plan: dict, report: dict) -> DataFrame:
    """The rows without those of small groups, where the plan gives a share of them up."""
    allowed = plan["thresholds"].get("maxSuppressedShare", 0)
    if allowed == 0:
        return treated
    quasi, sensitive = _measured(plan)
    failing = measures.failing_groups(treated, quasi, sensitive, plan["subject"] is not None, plan["thresholds"])
    if failing is None:
        return treated
    # groups are found once, and looked up by what measures and what writes
    renamed = failing.toDF(*[f"__q{index}" for index in range(len(quasi))]).persist()
    same = [F.col(column).eqNullSafe(F.col(f"__q{index}")) for index, column in enumerate(quasi)]
    kept = treated.join(renamed, same, "left_anti")
    rows = report["rows"]
    remaining = kept.count()
    rows["suppressed"], rows["released"] = rows["released"] - remaining, remaining
    share = rows["suppressed"] / (rows["suppressed"] + rows["released"])
    if share > allowed:
        raise Refusal(f"{rows['suppressed']} rows stand in groups that are too small or too much alike, a share of {share:.4f}, above {allowed}: generalise more, or give up more")
    return kept


def _hold(kept: DataFrame, plan: dict, report: dict) -> None:
    quasi, sensitive = _measured(plan)
    if not quasi:
        return
    report["measures"] = measures.measure(kept, quasi, sensitive, plan["subject"] is not None)
    found = measures.shortfalls(report["measures"], plan["thresholds"])
    if found:
        raise Refusal(f"{'; '.join(found)}: generalise the quasi-identifiers more, or let small groups be suppressed with maxSuppressedShare")


def _measured(plan: dict) -> tuple:
    of = {name: column for column, name in columns.released(plan).items()}
    return [of[name] for name in plan["quasiIdentifiers"]], [(entry["column"], of[entry["column"]], entry["ordered"]) for entry in plan["sensitive"]]


def _facts(plan: dict, plan_text: str, key: HmacKey | None, table: reading.Table) -> dict:
    """What stands in a report whatever comes of it. No times: the same input and plan give the same bytes."""
    return {
        "version": 1,
        "plan": plans.digest_of(plan_text),
        "keyId": key.id if key else None,
        "input": {"files": table.files, "bytes": table.size},
        "basis": plan["basis"],
        "columns": {entry["name"]: entry["technique"] for entry in plan["columns"]},
        "quasiIdentifiers": plan["quasiIdentifiers"],
        "thresholds": plan["thresholds"],
        "freeText": {entry["name"]: {"model": entry.get("model")} for entry in plan["columns"] if entry["technique"] == "freeText"},
    }

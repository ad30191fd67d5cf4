"""Compares what the module says with what the binary says: `engines.py PART BINARY FOLDER`, where a part is `lines` or an engine.
An engine that is not there is said and skipped."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import clawbeat

MONTH = "2026-11"
CONFIGS = int(os.environ.get("CLAWBEAT_CONFIGS", "2000"))
part, binary, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
# The rows of a group, so that both of two processes have some.
GROUP = max(CONFIGS // 10, 1)
root = pathlib.Path(__file__).resolve().parent.parent.parent
table_file, total_file = work / "configs.parquet", work / "totals.json"
# Column by column what the engines have to agree on.
SUMS = ["current", "recommended", "saving"]


def lines_of(rows, *flags):
    """What the binary says of rows, a line each."""
    text = "".join(json.dumps({key: value for key, value in row.items() if value is not None}) + "\n" for row in rows)
    command = [binary, "fleet", "-", "--no-env", "--no-config", "--month", MONTH, *flags]
    return subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, check=True).stdout.decode().splitlines()


def fixtures():
    """Good and bad configs of all kinds."""
    for path in sorted((root / "fixtures").glob("*/**/*.json5")):
        yield {"id": str(path.relative_to(root)), "text": path.read_text()}
    yield {"id": "old", "text": "{ agents: { defaults: { heartbeat: {} } } }", "release": "2026.4.15", "workload": "heavy"}
    yield {"id": "slip", "text": "{ agents: "}
    yield {"id": "included", "text": "{ agents: { $include: 'a.json' } }"}
    yield {"id": "none", "text": None}
    yield {"id": "unknown", "text": "{}", "workload": "none"}


def fleet():
    """Configs in the proportions of a host's: most alike, each its own."""
    models = ["anthropic/claude-sonnet-4-6", "anthropic/claude-haiku-4-5", "openai/gpt-5.4-nano", "nexos/Claude Opus 4.6", "no/such-model"]
    for at in range(CONFIGS):
        heartbeat = {"every": f"{5 + at % 115}m", "target": "none", "lightContext": at % 3 == 0}
        yield {"id": f"g{at}", "text": json.dumps({"agents": {"defaults": {"model": models[at % 5], "heartbeat": heartbeat}}}) if at % 997 else "{ slip"}


def totals(rows):
    """The sums by unit, and how many rows there are and how many are bad."""
    rows = pa.table(rows) if isinstance(rows, dict) else rows
    told = {"rows": rows.num_rows, "bad": rows.num_rows - rows["error"].null_count}
    for unit in ["USD", "credits"]:
        chosen = rows.filter(pc.equal(rows["unit"], unit))
        told[unit] = [str(pc.sum(chosen[name]).as_py()) for name in SUMS]
    return told


def check(name, told):
    expected = json.loads(total_file.read_text())
    if told != expected:
        sys.exit(f"python: {name} comes to {told}, the binary to {expected}")
    print(f"python: {name}: {CONFIGS} configs come to what the binary says: {told['USD'][0]} USD and {told['credits'][0]} credits")


def of_module(batch):
    """The columns that the sums need, of a batch of an engine."""
    return clawbeat.report_many(batch, month=MONTH).select(["id", "unit", "error", *SUMS])


def lines():
    rows = list(fixtures())
    batch = pa.RecordBatch.from_pylist(rows, pa.schema([(name, pa.string()) for name in ["id", "text", "release", "workload"]]))
    for ask, flags in [(clawbeat.report_many, []), (clawbeat.lint_many, ["--lint"])]:
        said = ask(batch, month=MONTH)["line"].to_pylist()
        for row, told, expected in zip(rows, said, lines_of(rows, *flags), strict=True):
            if told != expected:
                sys.exit(f"python: {row['id']}: the module says\n{told}\nthe binary\n{expected}")
    # Whatever the texts are held as, and in however many batches.
    small = batch.slice(0, 12)
    expected = clawbeat.report_many(small, month=MONTH)
    for kind in [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]:
        assert clawbeat.report_many(small.set_column(1, "text", small["text"].cast(kind)), month=MONTH) == expected, kind
    in_two = pa.Table.from_batches([small.slice(0, 5), small.slice(5)])
    assert clawbeat.report_many(in_two, month=MONTH) == expected
    for wrong, told in [(dict(month="soon"), "month 'soon'"), (dict(month=MONTH, workload="x"), "no workload 'x'"), (dict(month=MONTH, openclaw_version="9"), "9")]:
        try:
            clawbeat.report_many(small, **wrong)
        except ValueError as error:
            assert told in str(error), error
        else:
            sys.exit(f"python: {wrong} is taken")
    print(f"python: {len(rows)} configs, good and bad: the same lines as the binary, reported and linted")
    rows = list(fleet())
    # Not Snappy, of which Spark takes the wrong library where musl is installed beside glibc.
    pq.write_table(pa.Table.from_pylist(rows), table_file, row_group_size=GROUP, compression="gzip")
    told = [json.loads(line) for line in lines_of(rows, "--fields", "id,error,unit,current,recommended,saving")]
    exact = lambda value: None if value is None else Decimal(value).quantize(Decimal(1).scaleb(-12))
    column = {"id": [line["id"] for line in told], "error": [line["error"] for line in told], "unit": [line["unit"] for line in told]}
    decimal = pa.decimal128(38, 12)
    for name, at in [("current", "typical"), ("recommended", "typical"), ("saving", "amount")]:
        column[name] = pa.array([exact((line[name] or {}).get(at)) for line in told], decimal)
    total_file.write_text(json.dumps(totals({**column, "error": pa.array(column["error"], pa.string()), "unit": pa.array(column["unit"], pa.string())})))


def half(which, engine):
    """A process of two: every second row group, as an engine spreads a table."""
    file = pq.ParquetFile(table_file)
    if engine == "duckdb":
        import duckdb
        relation = duckdb.sql(f"select id, text from read_parquet('{table_file}') where (substr(id, 2)::int // {GROUP}) % 2 = {which}")
        answered = pa.Table.from_batches([of_module(batch) for batch in relation.to_arrow_reader(GROUP)])
        # DuckDB reads the rows back, and its sums are those of pyarrow.
        sums = ", ".join(f"sum({name})" for name in SUMS)
        mine = duckdb.sql(f"select {sums} from answered where unit = 'USD'").fetchall()[0]
        assert [str(amount) for amount in mine] == totals(answered)["USD"], mine
    else:
        import daft
        from daft import DataType, col
        groups = [file.read_row_group(at) for at in range(which, file.num_row_groups, 2)]
        frame = daft.from_arrow(pa.concat_tables(groups))
        fields = {"unit": DataType.string(), "error": DataType.string(), **{name: DataType.decimal128(38, 12) for name in SUMS}}

        @daft.func.batch(return_dtype=DataType.struct(fields))
        def report(ids, texts):
            batch = pa.record_batch({"id": ids.to_arrow(), "text": texts.to_arrow()})
            rows = of_module(batch)
            return pa.StructArray.from_arrays([rows[name] for name in fields], fields=[rows.schema.field(name) for name in fields])

        told = frame.select(col("id"), report(col("id"), col("text")).alias("told")).to_arrow()
        told_column = told["told"].combine_chunks()
        answered = pa.table({"id": told["id"], **{name: pc.struct_field(told_column, name) for name in fields}})
    pq.write_table(answered, work / f"{engine}-{which}.parquet")


def on_two(engine):
    if importlib.util.find_spec(engine) is None:
        print(f"python: {engine}: skipped: it cannot be installed here")
        return
    command = [sys.executable, __file__, f"{engine}-half"]
    halves = [subprocess.Popen([*command, binary, str(work), which]) for which in "01"]
    if any([each.wait() for each in halves]):
        sys.exit(f"python: {engine} ended badly")
    check(f"{engine} on two processes", totals(pa.concat_tables([pq.read_table(work / f"{engine}-{which}.parquet") for which in "01"])))


def spark():
    if importlib.util.find_spec("pyspark") is None or not shutil.which("java"):
        print("python: spark: skipped: pyspark cannot be installed here, or there is no Java")
        return
    from pyspark.sql import SparkSession

    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("clawbeat").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.log.level", "ERROR").config("spark.local.dir", str(work))
    session = builder.config("spark.executor.memory", "1g").config("spark.worker.cleanup.enabled", "true").getOrCreate()
    month, sums = MONTH, SUMS

    def report(batches):
        import clawbeat

        for batch in batches:
            yield clawbeat.report_many(batch, month=month).select(["id", "unit", "error", *sums])

    schema = "id string, unit string, error string, " + ", ".join(f"{name} decimal(38, 12)" for name in SUMS)
    frame = session.read.parquet(str(table_file)).select("id", "text").repartition(8).mapInArrow(report, schema)
    workers = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    rows = frame.toArrow()
    session.stop()
    check(f"spark on {workers} workers", totals(rows))


parts = {"lines": lines, "duckdb": lambda: on_two("duckdb"), "daft": lambda: on_two("daft"), "spark": spark}
if part.endswith("-half"):
    half(int(sys.argv[4]), part.removesuffix("-half"))
else:
    parts[part]()

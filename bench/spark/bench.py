"""What a row and 100,000 rows cost in a pipeline of five stages: in Spark, in numpy, and here.

    python bench/spark/bench.py [--node NODE]

Run it with a Python that has PySpark 3.5 or later and numpy, and a Java that fits. Processor time is of all processes of a side,
user and system together.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

import numpy as np
from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import OneHotEncoder, StandardScaler, StringIndexer, VectorAssembler
from pyspark.sql import SparkSession

SEED = 7
ROWS = 100_000
HERE = os.path.dirname(os.path.abspath(__file__))
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def own_ms(pid):
    """User and system time of one process, and of those of its children that have ended."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) * TICK_MS


def median_of(times, work):
    return statistics.median(work() for _ in range(times))


def make_rows(count):
    random = np.random.RandomState(SEED)
    colours = np.array(["red", "green", "blue", "white", "black", "grey", "pink", "teal"])
    rows = {"colour": colours[random.randint(0, len(colours), count)], "x": random.normal(size=count), "y": random.normal(size=count)}
    label = (rows["x"] - 0.5 * rows["y"] + (rows["colour"] == "red") + random.normal(size=count) > 0).astype(float)
    return rows, label


def numpy_pipeline(model):
    """The same stages, by hand."""
    indexer, encoder, _, scaler, logistic = model.stages
    places = {label: place for place, label in enumerate(indexer.labels)}
    width = encoder.categorySizes[0] - 1
    factors = np.array([0 if one == 0 else 1 / one for one in scaler.std.toArray()])
    weights, intercept = logistic.coefficients.toArray(), logistic.intercept

    def score(rows):
        indices = np.array([places[colour] for colour in rows["colour"]])
        features = np.zeros((len(indices), width + 2))
        kept = np.flatnonzero(indices < width)
        features[kept, indices[kept]] = 1
        features[:, width] = rows["x"]
        features[:, width + 1] = rows["y"]
        raw = (features * factors) @ weights + intercept
        probability = 1 / (1 + np.exp(-raw))
        return probability, (raw > 0).astype(float)

    return score


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--node", default="node")
    node = parser.parse_args().node
    rows, label = make_rows(ROWS)
    lists = {name: values.tolist() for name, values in rows.items()}
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    java = spark.sparkContext._gateway.proc.pid
    spark_ms = lambda: own_ms(os.getpid()) + own_ms(java)
    columns = zip(lists["colour"], lists["x"], lists["y"], label.tolist())
    frame = spark.createDataFrame(list(columns), "colour string, x double, y double, label double").repartition(2).cache()
    frame.count()
    model = Pipeline(
        stages=[
            StringIndexer(inputCol="colour", outputCol="index"),
            OneHotEncoder(inputCol="index", outputCol="places"),
            VectorAssembler(inputCols=["places", "x", "y"], outputCol="assembled"),
            StandardScaler(inputCol="assembled", outputCol="scaled"),
            LogisticRegression(featuresCol="scaled", maxIter=20),
        ]
    ).fit(frame)
    given = frame.select("colour", "x", "y").cache()
    given.count()
    one = given.limit(1).cache()
    one.count()

    def spark_batch():
        start = spark_ms()
        model.transform(given).write.format("noop").mode("overwrite").save()
        return spark_ms() - start

    def spark_row():
        start = spark_ms()
        model.transform(one).collect()
        return (spark_ms() - start) * 1e3

    first = spark_batch()
    results = {"Spark, local[2]": {"row_us": median_of(9, spark_row), "first_batch_ms": first, "batch_ms": median_of(9, spark_batch)}}
    results["Spark, local[2]"]["ones"] = model.transform(given).agg({"prediction": "sum"}).collect()[0][0]

    score = numpy_pipeline(model)
    single = {name: values[:1] for name, values in rows.items()}
    ones = float(score(rows)[1].sum())

    def numpy_row():
        start = time.process_time()
        for _ in range(2000):
            score(single)
        return (time.process_time() - start) * 1e6 / 2000

    def numpy_batch():
        start = time.process_time()
        score(rows)
        return (time.process_time() - start) * 1e3

    results["numpy"] = {"row_us": median_of(9, numpy_row), "batch_ms": median_of(9, numpy_batch), "ones": ones}

    with tempfile.TemporaryDirectory() as place:
        saved = os.path.join(place, "model")
        model.write().overwrite().save(saved)
        archive = shutil.make_archive(saved, "zip", saved)
        with open(os.path.join(place, "rows.json"), "w") as file:
            json.dump(lists, file)
        spark.stop()
        run = subprocess.run([node, os.path.join(HERE, "ours.ts"), archive, file.name], check=True, capture_output=True, text=True)
        results["here"] = json.loads(run.stdout)
    for side, numbers in results.items():
        print(side.ljust(18) + ", ".join(f"{name} {value:,.1f}" for name, value in numbers.items()))
    assert len({numbers["ones"] for numbers in results.values()}) == 1, "The sides predict differently."
    share = results["here"]["batch_ms"] / results["Spark, local[2]"]["batch_ms"]
    print(f"100,000 rows cost {share:.3f} of Spark's processor time here.")


if __name__ == "__main__":
    main()

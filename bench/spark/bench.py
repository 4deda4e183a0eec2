"""What a row and 100,000 rows cost in a pipeline of five stages: in Spark, in numpy, and here; as JSON on the last line.

    python bench/spark/bench.py NODE

Run it with a Python that has PySpark 2.4 or later and numpy, and a Java that fits. Processor time is of all processes of a side,
user and system together; the sides take turns, and the minimum of the rounds counts.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import pyspark
from pyspark.ml import Pipeline, feature
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import StandardScaler, StringIndexer, VectorAssembler
from pyspark.sql import SparkSession

SEED = 7
ROWS = 100_000
ROUNDS = 3
# What Spark 3.0 calls OneHotEncoder.
OneHotEncoder = getattr(feature, "OneHotEncoderEstimator", feature.OneHotEncoder)
HERE = os.path.dirname(os.path.abspath(__file__))
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def own_ms(pid):
    """User and system time of one process, and of those of its children that have ended."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) * TICK_MS


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
        probability = 1 / (1 + np.exp(-((features * factors) @ weights + intercept)))
        return probability, (probability > 0.5).astype(float)

    return score


def cost(work, repeats=1):
    """The least processor time of one of a few calls, in ms: that of this process."""
    times = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(repeats):
            work()
        times.append((time.process_time() - start) * 1e3 / repeats)
    return min(times)


def main():
    node = sys.argv[1]
    rows, label = make_rows(ROWS)
    lists = {name: values.tolist() for name, values in rows.items()}
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    java = int(spark._jvm.java.lang.management.ManagementFactory.getRuntimeMXBean().getName().split("@")[0])
    spark_ms = lambda: own_ms(os.getpid()) + own_ms(java)
    columns = list(zip(lists["colour"], lists["x"], lists["y"], label.tolist()))
    parts = spark.sparkContext.parallelize(columns, 2)
    frame = spark.createDataFrame(parts, "colour string, x double, y double, label double").cache()
    frame.count()
    model = Pipeline(
        stages=[
            StringIndexer(inputCol="colour", outputCol="index"),
            OneHotEncoder(inputCols=["index"], outputCols=["places"]),
            VectorAssembler(inputCols=["places", "x", "y"], outputCol="assembled"),
            StandardScaler(inputCol="assembled", outputCol="scaled"),
            LogisticRegression(featuresCol="scaled", maxIter=20),
        ]
    ).fit(frame)
    given = frame.select("colour", "x", "y").cache()
    given.count()
    one = given.limit(1).cache()
    one.count()

    def spark_cost(frame):
        """The least processor time of this process and Java's, in ms, for all columns of all rows, which go nowhere."""
        times = []
        for _ in range(5):
            start = spark_ms()
            model.transform(frame)._jdf.queryExecution().toRdd().count()
            times.append(spark_ms() - start)
        return min(times)

    def spark_row():
        """The same for one row that comes back to Python."""
        times = []
        for _ in range(5):
            start = spark_ms()
            model.transform(one).collect()
            times.append(spark_ms() - start)
        return min(times)

    answers = model.transform(given).select("probability", "prediction").collect()
    theirs = np.array([row["probability"][1] for row in answers]), np.array([row["prediction"] for row in answers])
    score = numpy_pipeline(model)
    single = {name: values[:1] for name, values in rows.items()}
    sides = {"spark": [], "numpy": [], "modelsmith": []}
    with tempfile.TemporaryDirectory() as place:
        saved, scored = os.path.join(place, "model"), os.path.join(place, "scored.json")
        model.write().overwrite().save(saved)
        archive = shutil.make_archive(saved, "zip", saved)
        with open(os.path.join(place, "rows.json"), "w") as file:
            json.dump(lists, file)
        for _ in range(ROUNDS):
            sides["spark"].append({"row_ms": spark_row(), "batch_ms": spark_cost(given)})
            sides["numpy"].append({"row_ms": cost(lambda: score(single), 2000), "batch_ms": cost(lambda: score(rows))})
            run = subprocess.run([node, os.path.join(HERE, "ours.ts"), archive, file.name, scored], check=True, stdout=subprocess.PIPE)
            sides["modelsmith"].append(json.loads(run.stdout))
        with open(scored) as file:
            ours = [np.array(values) for values in json.load(file)]
    spark.stop()
    by_hand = score(rows)
    found = {side: {name: min(one[name] for one in rounds) for name in rounds[0]} for side, rounds in sides.items()}
    for side, (probability, prediction) in {"numpy": by_hand, "modelsmith": ours}.items():
        found[side]["worst_relative"] = float(np.max(np.abs(probability - theirs[0]) / theirs[0]))
        found[side]["other_predictions"] = int(np.sum(prediction != theirs[1]))
    print(json.dumps({"version": pyspark.__version__, "rows": ROWS, **found}))


if __name__ == "__main__":
    main()

"""Trains and saves every model of pyspark.ml with small data, with what Spark predicts, as a folder of fixtures.

    python generate.py OUT [--only TEXT …]

Run it with a Python that has PySpark, 2.4 or later, and a Java that fits; then `npm run conformance -- OUT`. All numbers come from
one seed. Cases that a version does not have are left out by their name.
"""

import argparse
import csv
import itertools
import json
import os
import shutil
import sys
import tempfile
import zipfile

import numpy as np
import pyspark
from pyspark.ml import Estimator
from pyspark.ml.linalg import DenseVector, SparseVector
from pyspark.sql import SparkSession
from pyspark.sql.types import StructField, StructType

from classes import cases
from further import further
from old_models import old_models
from rows import FIRST_ODD, KINDS, NAMED, SEED, TYPES, rows
from settings import settings


def cells(name, value):
    """The cells of one value, by the names of their columns: a vector has one for each of its parts."""
    if isinstance(value, (DenseVector, SparseVector)):
        return [(f"{name}:{index}", repr(float(part))) for index, part in enumerate(value.toArray())]
    if value is None:
        return [(name, "")]
    if isinstance(value, bool):
        return [(name, str(value).lower())]
    if isinstance(value, float):
        return [(name, repr(value))]
    if isinstance(value, list):
        parts = [str(part) if isinstance(part, (DenseVector, SparseVector)) else part for part in value]
        return [(name, json.dumps(parts, ensure_ascii=False))]
    return [(name, str(value))]


def write_csv(path, records):
    if not any(cells(name, value) for name, value in records[0]):
        raise ValueError("vectors of nothing")
    lines = [[cell for name, value in record for cell in cells(name, value)] for record in records]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([name for name, _ in lines[0]])
        writer.writerows([text for _, text in line] for line in lines)


def zip_folder(folder, path):
    """Always the same bytes for the same files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for directory, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                full = os.path.join(directory, name)
                info = zipfile.ZipInfo(os.path.relpath(full, folder), (2024, 6, 7, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                with open(full, "rb") as file:
                    archive.writestr(info, file.read())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--only", nargs="+", default=[""], metavar="TEXT")
    arguments = parser.parse_args()
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.default.parallelism", "1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        # Small data: compiling costs more than it saves.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    random = np.random.RandomState(SEED)

    def frame(made):
        names = [*TYPES, "row"]
        schema = StructType([StructField(name, KINDS[TYPES.get(name, "int")]) for name in names])
        return spark.createDataFrame([[*[one[name] for name in TYPES], index] for index, one in enumerate(made)], schema).coalesce(1)

    train_rows, test_rows = rows(80, random, False), rows(24, random, True)
    train, test = frame(train_rows).cache(), frame(test_rows).cache()
    made, left_out = 0, []

    def keep(name, save, answers_of_saved):
        """Saves a model, and what it answers once it is loaded again: that is not always what it answered before."""
        folder = os.path.join(arguments.out, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        with tempfile.TemporaryDirectory() as place:
            saved = os.path.join(place, "model")
            save(saved)
            zip_folder(saved, os.path.join(folder, "model.zip"))
            given, answers, types = answers_of_saved(saved)
        write_csv(os.path.join(folder, "input.csv"), given)
        write_csv(os.path.join(folder, "expected.csv"), answers)
        with zipfile.ZipFile(os.path.join(folder, "model.zip")) as archive:
            metadata = json.loads(archive.read(next(one for one in archive.namelist() if one.startswith("metadata/part-"))))
        meta = {"class": metadata["class"], "input_columns": types, "versions": {"spark": pyspark.__version__, "python": sys.version.split()[0]}}
        with open(os.path.join(folder, "meta.json"), "w", encoding="utf-8") as file:
            json.dump(meta, file, indent=1)
            file.write("\n")

    def attempt(name, work):
        nonlocal made
        if not any(text in name for text in arguments.only):
            return
        try:
            work()
            made += 1
        except Exception as error:  # noqa: BLE001 - a version that lacks a class, a parameter or a codec
            left_out.append(f"{name}: {type(error).__name__} {str(error).strip().splitlines()[0][:160]}")
            shutil.rmtree(os.path.join(arguments.out, name), ignore_errors=True)

    def answers_of(model, inputs, count):
        """The rows that the model takes: all, or those that have nothing odd."""
        result = model.transform(test.where(test["row"] < count).select("row", *inputs))
        answers = result.collect()
        outputs = [column for column in result.columns if column not in ("row", *inputs)] or inputs
        if "row" in result.columns:
            answers.sort(key=lambda row: row["row"])
        given = [[(key, one[key]) for key in inputs] for one in test_rows[:count]]
        types = {key: NAMED.get(TYPES[key], TYPES[key]) for key in inputs}
        return given, [[(key, row[key]) for key in outputs] for row in answers], types

    def column_case(name, build, inputs):
        codec = name.rpartition("_parquet_")[2] if "_parquet_" in name else "snappy"
        spark.conf.set("spark.sql.parquet.compression.codec", codec)
        stage = build()
        model = stage.fit(train) if isinstance(stage, Estimator) else stage

        def answers(saved):
            loaded = type(model).load(saved)
            try:
                return answers_of(loaded, inputs, len(test_rows))
            except Exception:  # noqa: BLE001 - a row that Spark refuses
                return answers_of(loaded, inputs, FIRST_ODD)

        keep(name, model.write().overwrite().save, answers)

    def old_case(name, build, answers):
        context = spark.sparkContext
        model = build()

        def loaded_answers(saved):
            given, predicted = answers(type(model).load(context, saved))
            return [[(f"f{index}" if len(row) != 2 else ("user", "product")[index], float(value)) for index, value in enumerate(row)] for row in given], [list(one.items()) for one in predicted], None

        keep(name, lambda saved: model.save(context, saved), loaded_answers)

    for name, build, inputs in itertools.chain(cases(), settings(), further()):
        attempt(name, lambda: column_case(name, build, inputs))
    for name, build, answers in old_models(spark.sparkContext, train_rows, test_rows):
        attempt(name, lambda: old_case(name, build, answers))
    print(f"{made} made with Spark {pyspark.__version__}; {len(left_out)} left out")
    for line in left_out:
        print("  " + line)
    spark.stop()


if __name__ == "__main__":
    main()

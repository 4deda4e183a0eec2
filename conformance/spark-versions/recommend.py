"""What Spark recommends with a saved ALS model: `python recommend.py FOLDER`, a case of fixtures, gets a recommendations.json.

Of each id the best three (of items: two), of all ids and of a few, among them one that was never seen.
"""

import json
import os
import sys
import tempfile
import zipfile

from pyspark.ml.recommendation import ALSModel
from pyspark.sql import SparkSession

folder = sys.argv[1]
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.shuffle.partitions", "1").getOrCreate()
with tempfile.TemporaryDirectory() as place:
    with zipfile.ZipFile(os.path.join(folder, "model.zip")) as archive:
        archive.extractall(place)
    top = next(directory for directory, names, _ in os.walk(place) if "userFactors" in names)
    model = ALSModel.load(top)
    users, items = model.getUserCol(), model.getItemCol()
    some = lambda column, ids: spark.createDataFrame([(one,) for one in ids], [column])
    known = sorted(row["id"] for row in model.userFactors.collect())
    wanted = [known[-1], known[0], 999_999, known[0]]
    rows = lambda frame, key, other: {row[key]: [[one[other], one["rating"]] for one in row["recommendations"]] for row in frame.collect()}
    made = {
        "users": rows(model.recommendForAllUsers(3), users, items),
        "items": rows(model.recommendForAllItems(2), items, users),
        "subset": wanted,
        "ofSubset": rows(model.recommendForUserSubset(some(users, wanted), 3), users, items),
    }
with open(os.path.join(folder, "recommendations.json"), "w") as file:
    json.dump(made, file, indent=1)
    file.write("\n")

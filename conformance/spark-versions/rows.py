"""The rows that all cases are trained on and scored with, and the kinds of their columns: all numbers come from one seed."""

import numpy as np
from pyspark.ml.linalg import Vectors, VectorUDT
from pyspark.sql.types import ArrayType, BooleanType, DoubleType, FloatType, IntegerType, LongType, StringType

SEED = 20_240_607
KINDS = {
    "vector": VectorUDT(),
    "string": StringType(),
    "double": DoubleType(),
    "int": IntegerType(),
    "boolean": BooleanType(),
    "long": LongType(),
    "float": FloatType(),
    "list": ArrayType(StringType()),
}
# As the fixtures name them.
NAMED = {"long": "bigint", "list": "array<string>"}
TYPES = {
    "features": "vector",
    "counts": "vector",
    "bits": "vector",
    "codes": "vector",
    "wide": "vector",
    "x": "double",
    "y": "double",
    "gappy": "double",
    "weight": "double",
    "censor": "double",
    "two": "double",
    "three": "double",
    "target": "double",
    "positive": "double",
    "colour": "string",
    "size": "string",
    "text": "string",
    "user": "int",
    "item": "int",
    "place": "int",
    "rating": "double",
    "level": "int",
    "late": "int",
    "flag": "boolean",
    "long": "long",
    "single": "float",
    "gaps": "int",
    "one": "double",
    "answer": "string",
    "basket": "list",
    "odd": "vector",
}
# What no training has seen: parts that are not finite.
ODD = [np.array(one) for one in ([1, np.nan, 1, 1, 1], [np.inf, 1, 1, 1, 1], [1, 1, -np.inf, 1, np.nan], [1e200, -1e200, 1e200, 1, 1])]
FIRST_ODD = 16
WORDS = "the quick brown fox jumps over a lazy dog while I see it Twice".split()


def rows(count, random, is_test):
    """A list of dicts; the rows for scoring have values that training has not, and edges."""
    made = []
    for index in range(count):
        features = random.normal(size=5)
        if is_test and index < 3:
            features = np.array([0.0, -0.0, 1e3, -1e3, 5e-324]) * (index + 1)
        three = int(np.argmax(features[:3] + 0.5 * random.normal(size=3)))
        made.append(
            {
                "features": Vectors.dense(features),
                "counts": Vectors.dense(random.poisson(2, size=6) + (np.arange(6) == index % 6)),
                "bits": Vectors.dense((random.rand(6) < 0.4) | (np.arange(6) == index % 6)),
                "codes": Vectors.dense([index % 3, index % 2, float(features[0]), index % 4]),
                "wide": Vectors.dense((random.rand(40) < 0.15) * random.randint(1, 4, 40) + (np.arange(40) == 1)),
                "x": float(features[0]),
                "y": float(random.normal() * 3),
                "gappy": None if index % 7 == 3 else (float("nan") if index % 7 == 5 else float(random.randint(0, 4))),
                "weight": float(random.rand() + 0.5),
                "censor": float(index % 3 != 0),
                "two": float(features[0] + 0.7 * random.normal() > 0),
                "three": float(three),
                "target": float(features @ np.array([1, -2, 0.5, 0, 3]) + random.normal() * 0.3),
                "positive": float(np.exp(features[0] * 0.4 - features[1] * 0.2 + random.normal() * 0.1)),
                "colour": ["red", "green", "blue", "gr\u00fcn", "\U0001d306"][index % (5 if not is_test else 4)],
                "size": ["S", "M", "L"][random.randint(3)],
                "text": " ".join(random.choice(WORDS, 5 + index % 4)),
                "user": int(random.randint(0, 8 if not is_test else 10)),
                "item": int(random.randint(0, 6 if not is_test else 8)),
                "place": index % 4,
                "level": None if index % 9 == 4 else index % 3,
                "late": None if is_test and index % 9 == 4 else index % 3,
                "rating": float(random.randint(1, 6)),
                "flag": index % 3 == 1,
                "long": [5_000_000_000, -7, 0, 12][index % 4],
                "single": None if index % 11 == 4 else [0.1, -2.5, 1e10, 3.0][index % 4],
                "gaps": None if index % 6 == 2 else index % 7 - 1,
                "one": 1.0,
                "answer": ["no", "yes", "maybe"][three],
                "basket": [item for place, item in enumerate(["bread", "milk", "beer", "eggs", "salt"]) if (index >> place) % 2 == 1],
                "odd": Vectors.dense(features * ODD[index % len(ODD)] if is_test and index >= FIRST_ODD else features),
            }
        )
    return made

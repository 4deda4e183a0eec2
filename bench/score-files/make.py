"""Rows and models for the comparison: python make.py FOLDER ROWS SEED"""
import pickle
import sys

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression

folder, rows, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
columns = 30
random = np.random.default_rng(seed)
names = [f"f{index}" for index in range(columns)]
weights = random.normal(size=columns)


def draw(count):
    values = random.normal(size=(count, columns))
    values[:, 0] *= values[:, 1]
    return pd.DataFrame(values, columns=names)


train = draw(20_000)
target = np.where(train.to_numpy() @ weights + train["f0"] * train["f2"] + random.normal(size=len(train)) > 0, "yes", "no")
linear = LogisticRegression(max_iter=500).fit(train, target)
trees = LGBMClassifier(n_estimators=200, num_leaves=31, random_state=0, verbose=-1).fit(train, target)
for name, model in (("linear", linear), ("trees", trees)):
    with open(f"{folder}/{name}.pkl", "wb") as file:
        pickle.dump(model, file)

# Digits as programs write them: all that a float64 has.
for start in range(0, rows, 100_000):
    draw(min(100_000, rows - start)).to_csv(
        f"{folder}/rows.csv", mode="w" if start == 0 else "a", header=start == 0, index=False
    )

"""A transform that learns from the target: each category becomes the mean of the target among its rows."""

import json
import os

import pandas


def fit(X, y, output_dir, parameters, **kwargs):
    y = pandas.to_numeric(y)
    mean = float(y.mean())
    weight = parameters["smoothing"]
    learned = {"mean": mean, "encodings": {}}
    for name in X.columns:
        groups = y.groupby(X[name]).agg(["sum", "count"])
        # A category of few rows is drawn towards the mean of all, as if it had `smoothing` more rows of just that mean.
        smooth = (groups["sum"] + weight * mean) / (groups["count"] + weight)
        learned["encodings"][name] = {str(category): value for category, value in smooth.items()}
    with open(os.path.join(output_dir, "encodings.json"), "w") as file:
        json.dump(learned, file)


def load_model(code_dir):
    with open(os.path.join(code_dir, "encodings.json")) as file:
        return json.load(file)


def transform(X, transformer, **kwargs):
    # Missing values and categories that training did not see have no mean of their own.
    return pandas.DataFrame(
        {name: X[name].map(encoding).astype("float64").fillna(transformer["mean"]) for name, encoding in transformer["encodings"].items()}
    )

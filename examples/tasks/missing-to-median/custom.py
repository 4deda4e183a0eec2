"""A transform in the hook form: what `fit` learns goes to a file, `load_model` brings it back."""

import json
import os


def fit(X, y, output_dir, parameters, **kwargs):
    medians = X.median()
    learned = {
        "medians": {name: 0.0 if value != value else float(value) for name, value in medians.items()},
        "marked": [name for name in X.columns if parameters["mark"] and X[name].isna().any()],
    }
    print("Medians of %d columns; %d of them had missing values." % (len(medians), int(X.isna().any().sum())))
    with open(os.path.join(output_dir, "medians.json"), "w") as file:
        json.dump(learned, file)


def load_model(code_dir):
    with open(os.path.join(code_dir, "medians.json")) as file:
        return json.load(file)


def transform(X, transformer, **kwargs):
    filled = X.astype("float64").fillna(transformer["medians"])
    for name in transformer["marked"]:
        filled[name + " was missing"] = X[name].isna().astype("float64")
    return filled

"""Hands its rows on as they are: what is left is what the engine itself costs."""

import json
import os


def fit(X, y, output_dir, **kwargs):
    with open(os.path.join(output_dir, "seen.json"), "w") as file:
        json.dump({"columns": len(X.columns)}, file)


def load_model(code_dir):
    with open(os.path.join(code_dir, "seen.json")) as file:
        return json.load(file)


def transform(X, transformer, **kwargs):
    return X

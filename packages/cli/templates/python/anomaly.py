"""Learns what usual rows look like, without a target. `predict` gives one number a row: the higher, the less usual."""

import os

import joblib
import pandas
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import IsolationForest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder


def fit(X, output_dir, parameters=None, **kwargs):
    # Numbers keep their place with the median where they are missing; a category that `fit` did not see is none of the known.
    columns = make_column_transformer(
        (SimpleImputer(strategy="median"), make_column_selector(dtype_include=["number", "bool"])),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), make_column_selector(dtype_include="object")),
    )
    model = make_pipeline(columns, IsolationForest(n_estimators=parameters["trees"], random_state=0))
    model.fit(X)
    joblib.dump(model, os.path.join(output_dir, "model.pkl"))


def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": -model.score_samples(data)})

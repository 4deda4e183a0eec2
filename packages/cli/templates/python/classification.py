"""Learns which class a row belongs to. `fit` writes what it learned; `predict_proba` gives one probability a class."""

import os

import joblib
import pandas
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder


def fit(X, y, output_dir, class_order=None, row_weights=None, parameters=None, **kwargs):
    # Numbers keep their place with the median where they are missing; a category that `fit` did not see is none of the known.
    columns = make_column_transformer(
        (SimpleImputer(strategy="median"), make_column_selector(dtype_include=["number", "bool"])),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include="object")),
    )
    forest = RandomForestClassifier(n_estimators=parameters["trees"], random_state=0)
    model = make_pipeline(columns, forest)
    model.fit(X, y, randomforestclassifier__sample_weight=row_weights)
    joblib.dump(model, os.path.join(output_dir, "model.pkl"))


def predict_proba(data, model, **kwargs):
    return pandas.DataFrame(model.predict_proba(data), columns=model.classes_)

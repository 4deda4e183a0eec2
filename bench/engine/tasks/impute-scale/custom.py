"""Fills gaps with the mean and standardises."""

import os

import joblib
import pandas
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def fit(X, y, output_dir, **kwargs):
    joblib.dump(make_pipeline(SimpleImputer(), StandardScaler()).fit(X), os.path.join(output_dir, "model.joblib"))


def load_model(code_dir):
    return joblib.load(os.path.join(code_dir, "model.joblib"))


def transform(X, transformer, **kwargs):
    return pandas.DataFrame(transformer.transform(X), columns=X.columns)

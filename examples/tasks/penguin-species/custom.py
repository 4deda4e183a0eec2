"""A whole pipeline in one task: imputation, encoding and a model, fitted together and saved as one file."""

import os

import joblib
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def fit(X, y, output_dir, **kwargs):
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = make_pipeline(
        SimpleImputer(missing_values=None, strategy="constant", fill_value="missing"),
        OneHotEncoder(handle_unknown="ignore"),
    )
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (categories, make_column_selector(dtype_include="object")),
    )
    pipeline = make_pipeline(columns, LogisticRegression(max_iter=1000))
    joblib.dump(pipeline.fit(X, y), os.path.join(output_dir, "pipeline.joblib"))

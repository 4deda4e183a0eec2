"""Logistic regression."""

import os

import joblib
import pandas
from sklearn.linear_model import LogisticRegression


def fit(X, y, output_dir, **kwargs):
    joblib.dump(LogisticRegression(max_iter=200).fit(X, y), os.path.join(output_dir, "model.joblib"))


def load_model(code_dir):
    return joblib.load(os.path.join(code_dir, "model.joblib"))


def predict_proba(data, model, **kwargs):
    return pandas.DataFrame(model.predict_proba(data), columns=[str(int(label)) for label in model.classes_])

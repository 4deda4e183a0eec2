import os

import joblib
import pandas
from sklearn.linear_model import LogisticRegression


def fit(X, y, output_dir):
    joblib.dump(LogisticRegression(max_iter=500).fit(X, y), os.path.join(output_dir, "model.joblib"))


def predict_proba(data, model, **kwargs):
    return pandas.DataFrame(model.predict_proba(data), columns=model.classes_)

import os

import joblib
from sklearn.linear_model import LinearRegression


def fit(X, y, output_dir, class_order, row_weights, parameters, **kwargs):
    assert class_order is None and row_weights is None
    joblib.dump(LinearRegression(**parameters).fit(X[["a"]], y), os.path.join(output_dir, "model.joblib"))


def predict(data, model, **kwargs):
    return model.predict(data[["a"]])

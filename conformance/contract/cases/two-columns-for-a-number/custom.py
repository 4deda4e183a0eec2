import joblib
import pandas


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict(data, model):
    return pandas.DataFrame({"low": [1.0] * len(data), "high": [2.0] * len(data)})

import joblib
import pandas


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict_proba(data, model):
    return pandas.DataFrame({"sold": [0.5] * len(data), "kept": [0.5] * len(data)})

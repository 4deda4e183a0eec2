import joblib
import pandas


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict_proba(data, model):
    odds = data["size"].fillna(0.0) / 10
    return pandas.DataFrame({"yes": odds, "no": 1 - odds})

import joblib
import pandas


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict_proba(data, model):
    share = data["size"].fillna(0.0) / 100
    return pandas.DataFrame({"yes": share, "no": 0.9 - share})

import joblib
import pandas


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict(data, model):
    ordered = data.fillna({"size": 0.0}).sort_values("size", ascending=False)
    return pandas.DataFrame({"Predictions": ordered["size"]})

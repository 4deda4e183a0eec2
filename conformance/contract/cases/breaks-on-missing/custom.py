import joblib


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict(data, model):
    if data["colour"].isna().any():
        raise ValueError("colour is needed")
    return [1.0] * len(data)

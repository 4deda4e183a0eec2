import joblib


def fit(X, y, output_dir):
    joblib.dump(X.columns, output_dir + "/columns.joblib")
    joblib.dump(y.mean(), output_dir + "/model.pkl")


def predict(data, model):
    return [model] * len(data)

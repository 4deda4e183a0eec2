import joblib


def fit(X, y, output_dir):
    joblib.dump(list(X.columns), output_dir + "/columns.joblib")


def predict(data, model):
    assert list(data.columns) == model, list(data.columns)
    return data.select_dtypes("number").fillna(0.0).sum(axis=1)

import joblib


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def transform(X, transformer):
    return X[["size"]].fillna(0.0)

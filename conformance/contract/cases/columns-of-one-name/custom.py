import joblib
import pandas


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def transform(X, transformer):
    return pandas.concat([X[["size"]].fillna(0.0), X[["size"]].isna() * 1.0], axis=1)

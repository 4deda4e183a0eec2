import joblib
import pandas


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def transform(X, transformer):
    return pandas.DataFrame({"size": [[1, 2]] * len(X)})

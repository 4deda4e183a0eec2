import joblib


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")

import joblib


def fit(X, y, output_dir):
    for _ in range(1000):
        print("x" * 100_000)
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict(data, model):
    return [model] * len(data)

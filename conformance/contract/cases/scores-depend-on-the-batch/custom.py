import joblib


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict(data, model):
    sizes = data["size"].fillna(0.0)
    return sizes - sizes.mean()

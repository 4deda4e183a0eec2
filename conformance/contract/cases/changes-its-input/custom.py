import joblib


def fit(X, y, output_dir):
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict(data, model):
    data["size"] = data["size"].fillna(0.0)
    data.drop(columns="colour", inplace=True)
    return data["size"]

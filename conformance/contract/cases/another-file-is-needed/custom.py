import joblib


def fit(X, y, output_dir):
    with open("/tmp/mean.txt", "w") as file:
        file.write(str(y.mean()))
    joblib.dump(None, output_dir + "/model.joblib")


def predict(data, model):
    with open("/tmp/mean.txt") as file:
        return [float(file.read())] * len(data)

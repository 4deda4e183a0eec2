import threading

import joblib


def fit(X, y, output_dir):
    threading.Thread(target=threading.Event().wait).start()
    joblib.dump(0.5, output_dir + "/model.joblib")


def predict(data, model):
    return [model] * len(data)

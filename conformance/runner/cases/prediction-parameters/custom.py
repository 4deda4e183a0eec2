import os

import joblib


def fit(X, y, output_dir, parameters):
    assert parameters == {}, parameters
    joblib.dump(2, os.path.join(output_dir, "model.joblib"))


def predict(data, model, parameters):
    assert sorted(parameters) == ["plus", "times", "words"] and parameters["words"] is None, parameters
    return data["a"] * model * parameters["times"] + parameters["plus"]

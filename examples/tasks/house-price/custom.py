"""A regression in the hook form: `fit` saves, `predict` gives one column named Predictions."""

import os

import joblib
import pandas
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.preprocessing import OrdinalEncoder


def fit(X, y, output_dir, parameters, **kwargs):
    names = [name for name in X.columns if X[name].dtype == object]
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=float("nan"))
    encoder.fit(X[names])
    model = HistGradientBoostingRegressor(
        loss="squared_error",
        learning_rate=parameters["learning_rate"],
        max_iter=parameters["rounds"],
        categorical_features=[X.columns.get_loc(name) for name in names],
        early_stopping=False,
        random_state=0,
    )
    learned = {"categories": names, "encoder": encoder, "model": model}
    model.fit(_numbers(X, learned), y)
    joblib.dump(learned, os.path.join(output_dir, "house.joblib"))


def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": model["model"].predict(_numbers(data, model))})


def _numbers(data, learned):
    """Categories as numbers; those that training did not see count as missing, which the trees know what to do with."""
    names = learned["categories"]
    codes = learned["encoder"].transform(data[names])
    return data.assign(**{name: codes[:, place] for place, name in enumerate(names)}).astype("float64").values

import pandas as pd


class CustomTask:
    def fit(self, X, y):
        pass

    def predict(self, data):
        return pd.DataFrame({"Predictions": data["a"][::-1]})

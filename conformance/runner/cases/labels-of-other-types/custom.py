import pandas as pd


class CustomTask:
    def fit(self, X, y, class_order):
        assert class_order == ["False", "True"]

    def predict_proba(self, data):
        return pd.DataFrame({True: [0.75] * len(data), False: [0.25] * len(data)})

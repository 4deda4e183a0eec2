import pandas as pd


class CustomTask:
    def fit(self, X, y):
        pass

    def predict_proba(self, data):
        return pd.DataFrame({4.0: [0.4] * len(data), 3.0: [0.3] * len(data), 2.0: [0.2] * len(data), 1.0: [0.1] * len(data)})

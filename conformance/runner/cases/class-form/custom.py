import pandas as pd


class CustomTask:
    def fit(self, X, y, class_order, **kwargs):
        self.order = class_order
        self.share = float((y == class_order[1]).mean())

    def predict_proba(self, data, **kwargs):
        negative, positive = self.order
        return pd.DataFrame({positive: [self.share] * len(data), negative: [1 - self.share] * len(data)})

class CustomTask:
    def fit(self, X, y):
        mean = float(y.mean())
        self.scale = {"size": lambda value: value - mean}

    def predict(self, data):
        return self.scale["size"](data["size"].fillna(0.0))

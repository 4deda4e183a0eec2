class Mean:
    def fit(self, X, y):
        self.mean = float(y.mean())

    def predict(self, data):
        return [self.mean] * len(data)


class Median:
    def fit(self, X, y):
        self.median = float(y.median())

    def predict(self, data):
        return [self.median] * len(data)

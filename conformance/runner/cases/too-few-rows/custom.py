class CustomTask:
    def fit(self, X, y):
        pass

    def predict(self, data):
        return [1.0] * (len(data) - 1)

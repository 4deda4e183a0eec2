class CustomTask:
    def __init__(self, depth):
        self.depth = depth

    def fit(self, X, y):
        pass

    def predict(self, data):
        return [1.0] * len(data)

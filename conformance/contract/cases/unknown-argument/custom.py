def fit(X, y, output_dir, epochs):
    pass


def predict(data, model):
    return [1.0] * len(data)

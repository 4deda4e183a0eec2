def fit(X, y, output_dir):
    return y.mean()


def predict(data, model):
    return [model] * len(data)

def predict(data, model):
    return [1.0] * len(data)

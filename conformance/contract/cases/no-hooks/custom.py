def train(X, y):
    return y.mean()

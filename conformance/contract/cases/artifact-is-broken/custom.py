def fit(X, y, output_dir):
    with open(output_dir + "/model.pkl", "w") as file:
        file.write("a model")


def predict(data, model):
    return [1.0] * len(data)

import pickle


def fit(X, y, output_dir):
    with open(output_dir + "/model.pkl", "wb") as file:
        pickle.dump(lambda data: data["size"], file)


def predict(data, model):
    return model(data)

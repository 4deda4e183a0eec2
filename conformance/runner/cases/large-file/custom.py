import os


def fit(X, y, output_dir):
    with open(os.path.join(output_dir, "large.bin"), "wb") as file:
        for _ in range(100):
            file.write(bytes(2**20))

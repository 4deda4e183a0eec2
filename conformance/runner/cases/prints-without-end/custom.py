import sys


class CustomTask:
    def fit(self, X, y):
        block = "x" * 79 + "\n"
        for _ in range(1000):
            sys.stdout.write(block * 1000)
        print("the end")

    def predict(self, data):
        return [0.0] * len(data)

import sys


def fit(X, y, output_dir):
    sys.exit(3)

from helper import check


def fit(X, y, output_dir):
    check(X)

def fit(X, y, output_dir):
    sum(range(10**13))

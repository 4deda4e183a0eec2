def fit(X, y, output_dir):
    return (1 +

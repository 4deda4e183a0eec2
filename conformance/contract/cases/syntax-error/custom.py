def fit(X, y, output_dir):
    if y.mean() > 1
        return

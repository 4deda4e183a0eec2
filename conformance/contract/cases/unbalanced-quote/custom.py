def fit(X, y, output_dir):
    print("Fitting)

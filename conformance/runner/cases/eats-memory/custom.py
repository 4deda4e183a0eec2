def fit(X, y, output_dir):
    kept = []
    while True:
        kept.append(bytearray(16 * 2**20))

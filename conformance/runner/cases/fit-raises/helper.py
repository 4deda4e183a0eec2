def check(X):
    raise ValueError("no column named z")

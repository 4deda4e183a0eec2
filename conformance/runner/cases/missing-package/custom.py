import a_package_that_nobody_has


def fit(X, y, output_dir):
    pass

def fit(X, y, output_dir):
    with open("/usr/lib/outside.txt", "w") as file:
        file.write("here")

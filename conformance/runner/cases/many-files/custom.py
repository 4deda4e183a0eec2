import os
import time


def fit(X, y, output_dir):
    for number in range(20):
        with open(os.path.join(output_dir, "part%d" % number), "wb") as file:
            file.write(bytes(1000000))
    time.sleep(20)

import os
import time


def fit(X, y, output_dir):
    while True:
        if os.fork() == 0:
            time.sleep(60)

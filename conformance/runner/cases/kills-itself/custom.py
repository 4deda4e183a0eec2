import os
import signal


def fit(X, y, output_dir):
    os.kill(os.getpid(), signal.SIGSEGV)

import os
import random
import sys
import time

import numpy


class CustomTask:
    """Says what it finds in the process, then changes it."""

    def fit(self, X, y, parameters):
        print(
            "found",
            "shared_name" in sys.modules,
            "elsewhere" in sys.path,
            os.environ.get("LEFT_BEHIND"),
            os.path.basename(os.getcwd()) == "tmp",
            round(random.random(), 6) == round(random.Random(1).random(), 6),
            round(numpy.random.rand(), 6) == round(numpy.random.RandomState(1).rand(), 6),
        )
        import shared_name

        sys.path.append("elsewhere")
        os.environ["LEFT_BEHIND"] = "yes"
        os.chdir("/")
        time.sleep((parameters or {}).get("seconds", 0))

    def predict(self, data):
        return [0.0] * len(data)

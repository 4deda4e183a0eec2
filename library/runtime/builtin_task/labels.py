"""Class labels as the platform writes them."""

import numpy


def canonical(value):
    """0, 0.0 and "0" are one label; so are True and "true"."""
    if isinstance(value, (bool, numpy.bool_)):
        return "True" if value else "False"
    if isinstance(value, (float, numpy.floating)) and float(value).is_integer():
        return str(int(value))
    text = str(value)
    if text.lower() in ("true", "false"):
        return text.capitalize()
    whole, point, zeros = text.partition(".")
    return str(int(whole)) if point and zeros and set(zeros) == {"0"} and whole.lstrip("+-").isdigit() else text

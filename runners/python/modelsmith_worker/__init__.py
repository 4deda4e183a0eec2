"""The Python side of Modelsmith's worker protocol. Clean for Python 3.6; needs pandas and numpy in the environment."""

PROTOCOL = 1

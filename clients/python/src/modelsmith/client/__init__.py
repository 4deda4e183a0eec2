"""Client of a Modelsmith server."""

from .errors import ModelsmithError
from .server import Server, connect

__all__ = ["ModelsmithError", "Server", "connect"]

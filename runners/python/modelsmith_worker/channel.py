"""Newline-delimited JSON over a unix socket."""

import json
import socket


class Channel(object):
    """Messages to and from the host; one at a time, in order."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._file = self._socket.makefile("rb")

    def send(self, message):
        self._socket.sendall(json.dumps(message, separators=(",", ":")).encode("utf-8") + b"\n")

    def receive(self):
        """The next message, or None when the host has closed."""
        line = self._file.readline()
        return json.loads(line.decode("utf-8")) if line else None

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._file.close()
        self._socket.close()


def connect_stream(path):
    """A file descriptor that writes to the socket at ``path``."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(path)
    return connection.detach()

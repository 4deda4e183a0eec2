"""Newline-delimited JSON over a unix socket."""

import json
import socket


class Channel(object):
    """Messages to and from the host; one at a time, in order."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._buffer = b""

    def send(self, message):
        self.pass_on(json.dumps(message, separators=(",", ":")).encode("utf-8") + b"\n")

    def pass_on(self, content):
        """Bytes as another has written them, whatever they are: the host judges them."""
        self._socket.sendall(content)

    def receive(self):
        """The next message, or None when the host has closed."""
        while b"\n" not in self._buffer:
            received = self._socket.recv(65536)
            if not received:
                return None
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line.decode("utf-8"))

    def waiting(self):
        """Has a message arrived already, so that the socket itself may stay silent."""
        return b"\n" in self._buffer

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()


def connect_stream(path):
    """A file descriptor that writes to the socket at ``path``."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(path)
    return connection.detach()

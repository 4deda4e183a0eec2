"""HTTP with nothing but the standard library: JSON, multipart uploads, bytes and server-sent events."""

import io
import json
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from .errors import ModelsmithError, from_problem

_RETRIES = 3


class Http(object):
    """Requests to one server below ``/api/v1`` under one token."""

    def __init__(self, server, token, timeout=60):
        self.server = server.rstrip("/")
        self._token = token
        self._timeout = timeout

    def json(self, method, path, body=None, query=None, version=None, idempotent=False):
        """Send and receive JSON; ``None`` for an empty answer. Reads and idempotent creations are tried again when the connection breaks."""
        data = None if body is None else json.dumps(body, allow_nan=False).encode("utf-8")
        headers = {} if body is None else {"Content-Type": "application/json"}
        return self._decoded(method, path, data, headers, query, version, idempotent)

    def pages(self, path, query=None):
        """The items of a list, page by page."""
        cursor = None
        while True:
            page = self.json("GET", path, query=dict(query or {}, cursor=cursor, limit=200))
            for item in page["items"]:
                yield item
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def send(self, method, path, data, content_type, query=None):
        """Send bytes, receive JSON."""
        return self._decoded(method, path, data, {"Content-Type": content_type}, query, None, False)

    def upload(self, path, files, fields=None):
        """Send files as multipart; ``files`` are pairs of (path within the folder, bytes)."""
        data, content_type = _multipart(files, fields or {})
        return self._decoded("POST", path, data, {"Content-Type": content_type}, None, None, True)

    def download(self, path, target, query=None):
        """Write the bytes of an answer into a file object."""
        with self._open("GET", path, None, {}, query) as answer:
            shutil.copyfileobj(answer, target)

    def events(self, path):
        """Server-sent events as pairs of (name, data)."""
        with self._open("GET", path, None, {"Accept": "text/event-stream"}, None) as answer:
            name, data = "message", []
            for raw in answer:
                line = raw.decode("utf-8").rstrip("\r\n")
                if line == "":
                    if data:
                        yield name, json.loads("\n".join(data))
                    name, data = "message", []
                elif line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].lstrip(" "))

    def _decoded(self, method, path, data, headers, query, version, idempotent):
        headers = dict(headers)
        if version is not None:
            headers["If-Match"] = '"%d"' % version
        if idempotent:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        may_repeat = idempotent or method == "GET"
        for attempt in range(_RETRIES):
            try:
                with self._open(method, path, data, headers, query) as answer:
                    text = answer.read()
                return json.loads(text.decode("utf-8")) if text else None
            except ModelsmithError as error:
                if error.status != 0 or not may_repeat or attempt == _RETRIES - 1:
                    raise
                time.sleep(0.2 * 2**attempt)

    def _open(self, method, path, data, headers, query):
        address = self.server + "/api/v1" + path
        if query:
            given = {name: value for name, value in query.items() if value is not None}
            address += "?" + urllib.parse.urlencode(given)
        request = urllib.request.Request(address, data=data, headers=headers, method=method)
        request.add_header("Authorization", "Bearer " + self._token)
        try:
            return urllib.request.urlopen(request, timeout=self._timeout)
        except urllib.error.HTTPError as error:
            raise from_problem(error.code, _json_or_none(error.read()), error.headers.get("X-Request-Id")) from None
        except (urllib.error.URLError, OSError) as error:
            raise ModelsmithError(
                "%s cannot be reached: %s" % (self.server, getattr(error, "reason", error)),
                code="client.unreachable",
                hint="Check the address and whether the server runs.",
            ) from error


def _json_or_none(text):
    try:
        return json.loads(text.decode("utf-8"))
    except ValueError:
        return None


def _multipart(files, fields):
    boundary = uuid.uuid4().hex
    body = io.BytesIO()

    def part(headers, content):
        body.write(("--%s\r\n%s\r\n\r\n" % (boundary, headers)).encode("utf-8"))
        body.write(content)
        body.write(b"\r\n")

    for name, value in fields.items():
        part('Content-Disposition: form-data; name="%s"' % name, str(value).encode("utf-8"))
    for path, content in files:
        # The path travels as a field of its own: servers cut folders off a file's name.
        part('Content-Disposition: form-data; name="path"', path.encode("utf-8"))
        name = path.split("/")[-1].replace('"', "%22")
        part(
            'Content-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: application/octet-stream' % name,
            content,
        )
    body.write(("--%s--\r\n" % boundary).encode("utf-8"))
    return body.getvalue(), "multipart/form-data; boundary=" + boundary

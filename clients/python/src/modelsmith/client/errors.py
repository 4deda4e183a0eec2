"""Errors of the server, as Python exceptions."""


class ModelsmithError(Exception):
    """What the server said was wrong.

    code: row of the error table, such as ``dataset.empty``; status: HTTP status, 0 when no server answered;
    hint: what to do; findings: everything that was wrong, each a dict with ``code``, ``message`` and perhaps ``place``.
    """

    def __init__(self, detail, code="client.failed", status=0, hint=None, findings=(), request_id=None):
        super(ModelsmithError, self).__init__(detail)
        self.detail = detail
        self.code = code
        self.status = status
        self.hint = hint
        self.findings = list(findings)
        self.request_id = request_id

    def __str__(self):
        lines = [self.detail]
        lines.extend("  - " + finding.get("message", "") for finding in self.findings)
        if self.hint:
            lines.append("Hint: " + self.hint)
        lines.append("[%s]" % self.code)
        return "\n".join(lines)


def from_problem(status, body, request_id=None):
    """The error of an `application/problem+json` body, or of whatever else answered."""
    if isinstance(body, dict) and "code" in body:
        return ModelsmithError(
            body.get("detail", ""),
            code=body["code"],
            status=status,
            hint=body.get("hint"),
            findings=body.get("findings", ()),
            request_id=body.get("requestId", request_id),
        )
    return ModelsmithError(
        "The server answered %d without an explanation." % status,
        code="api.notAProblem",
        status=status,
        hint="Something between you and the server may have answered in its place, such as a proxy.",
        request_id=request_id,
    )

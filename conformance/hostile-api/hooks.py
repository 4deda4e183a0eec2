"""What Schemathesis asks and is told: counts of answers for each operation, and requests that would end the run itself."""

import atexit
import collections
import json
import os

import schemathesis

SPARED = set(json.loads(os.environ["HOSTILE_API_SPARED"]))
COUNTS = collections.defaultdict(collections.Counter)


@schemathesis.hook
def before_call(context, case, kwargs):
    """The asker's own token and account, and the first administrator, are looked at but never ended."""
    named = (case.path_parameters or {}).get("id")
    if case.method.upper() != "GET" and named in SPARED:
        case.path_parameters = dict(case.path_parameters, id="person_0000000000000000")


@schemathesis.hook
def after_call(context, case, response):
    """Everything that was answered, of whatever phase and with whatever token."""
    operation = case.operation.definition.raw.get("operationId", case.operation.label)
    COUNTS[operation][response.status_code] += 1


def _write():
    with open(os.environ["HOSTILE_API_COUNTS"], "w") as file:
        json.dump(COUNTS, file)


atexit.register(_write)

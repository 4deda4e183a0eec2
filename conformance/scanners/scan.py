"""
Asks one public scanner about files: scan.py TOOL < paths. One line a file: what it says, a tab, the path. Each file is looked at in a child
of its own, as nobody, without a network where the system allows that, with limits of time, memory and files; nothing is loaded.
"""
import contextlib
import ctypes
import io
import os
import resource
import sys
import tempfile

CLONE_NEWNET = 0x40000000


def picklescan(path):
    from picklescan.scanner import scan_file_path

    result = scan_file_path(path)
    return "dangerous" if result.issues_count > 0 else "unreadable" if result.scan_err or result.scanned_files == 0 else "clean"


def fickling(path):
    from fickling.analysis import Severity, check_safety
    from fickling.fickle import StackedPickle

    with open(path, "rb") as file:
        pickles = StackedPickle.load(file)
    worst = max(check_safety(one).severity for one in pickles)
    return "clean" if worst <= Severity.LIKELY_SAFE else "dangerous"


def modelscan(path):
    from modelscan.modelscan import ModelScan

    results = ModelScan().scan(path)
    if results["summary"]["total_issues"] > 0:
        return "dangerous"
    return "unreadable" if results["errors"] or results["summary"]["scanned"]["total_scanned"] == 0 else "clean"


def look(tool, path):
    """In the child: the verdict as the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    silent = io.StringIO()
    try:
        with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
            return VERDICTS.index(tool(path))
    except BaseException:  # noqa: a scanner that fails has not found anything
        return VERDICTS.index("unreadable")


VERDICTS = ["clean", "dangerous", "unreadable"]


def main():
    tool = {"picklescan": picklescan, "fickling": fickling, "modelscan": modelscan}[sys.argv[1]]
    # One harmless file first: what is imported late could no longer be imported by nobody.
    with tempfile.NamedTemporaryFile(suffix=".pkl") as file:
        file.write(b"\x80\x02]q\x00.")
        file.flush()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            tool(file.name)
    isolated = ctypes.CDLL(None).unshare(CLONE_NEWNET) == 0
    print("network\t%s" % ("none" if isolated else "as it is"))
    for path in sys.stdin.read().splitlines():
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os._exit(look(tool, path))
        _, status = os.waitpid(child, 0)
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 2
        print("%s\t%s" % (VERDICTS[code] if code < 3 else "unreadable", path))


main()

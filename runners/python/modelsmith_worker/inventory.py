"""What a container image has for the code of tasks: its Python and packages, and its R and packages, as one line of JSON.

    python3 -m modelsmith_worker.inventory
"""

import json
import os
import re
import subprocess
import sys


def main():
    packages = _python_packages()
    answer = {"python": {"path": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3], "packages": packages, "missing": _missing()}}
    r = _r()
    if r is not None:
        answer["r"] = r
    json.dump(answer, sys.stdout)


def _missing():
    """Of what the worker needs to run code in Python."""
    missing = []
    for name in ("numpy", "pandas"):
        try:
            __import__(name)
        except Exception:
            missing.append(name)
    return missing


def _python_packages():
    found = {}
    for folder in sys.path:
        for entry in _list(folder):
            match = re.match(r"(.+?)-([0-9][^-]*?)(?:-py[0-9.]+)?\.(?:dist-info|egg-info)$", entry)
            if match and match.group(1) not in found:
                found[match.group(1)] = match.group(2)
    return [{"name": name, "version": found[name]} for name in sorted(found, key=str.lower)]


def _r():
    for folder in os.environ.get("PATH", "").split(":"):
        path = os.path.join(folder, "R")
        if not os.access(path, os.X_OK):
            continue
        try:
            home = subprocess.check_output([path, "RHOME"]).decode("utf-8").strip()
        except (OSError, subprocess.CalledProcessError):
            continue
        libraries = [os.path.join("/usr/local/lib/R", "site-library"), "/usr/lib/R/site-library", os.path.join(home, "site-library"), os.path.join(home, "library")]
        found = {}
        for library in libraries:
            for name in _list(library):
                version = _version_of(os.path.join(library, name, "DESCRIPTION"))
                if version is not None and name not in found:
                    found[name] = version
        return {
            "path": path,
            "version": found.get("base", "unknown"),
            "packages": [{"name": name, "version": found[name]} for name in sorted(found)],
            "missing": [name for name in ("jsonlite",) if name not in found],
        }
    return None


def _version_of(path):
    try:
        with open(path, "rb") as file:
            match = re.search(br"^Version:\s*(\S+)", file.read(), re.MULTILINE)
    except OSError:
        return None
    return match.group(1).decode("ascii", "replace") if match else None


def _list(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


if __name__ == "__main__":
    main()

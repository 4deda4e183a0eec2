"""Packages that a task asked for beside those of its environment."""

import importlib
import site
import sys


def put_first(folders):
    """Make what lies in these folders importable before what the interpreter has, after the standard library.

    Files that add to the path (`.pth`) may run code: this is for a process that has shut itself in.
    """
    before = list(sys.path)
    for folder in folders:
        site.addsitedir(folder)
    added = [path for path in sys.path if path not in before]
    if not added:
        return
    place = next((index for index, path in enumerate(before) if path.endswith(("site-packages", "dist-packages"))), len(before))
    sys.path[:] = before[:place] + added + before[place:]
    importlib.invalidate_caches()

"""Finds the authors' own code, which is not part of this repository."""

import importlib
import pathlib
import sys

FOLDER = None  # Of working trees, `<owner>/<name>`: make.py's --authors.


def load(repository, commit, folder, module):
    """The module of a repository's folder. `commit` is the one that the goldens in this repository were made with."""
    if FOLDER is None:
        raise SystemExit(f"{repository}: expected --authors DIR, with a checkout of https://github.com/{repository} (at {commit}) in DIR/{repository}")
    path = pathlib.Path(FOLDER, repository, folder)
    if not path.is_dir():
        raise SystemExit(f"{path}: no such folder; expected https://github.com/{repository} at {commit}")
    # Repositories call their packages alike (`model`), so none may be left over from another.
    top = module.split(".")[0]
    for name in [name for name in sys.modules if name.split(".")[0] == top]:
        del sys.modules[name]
    sys.path.insert(0, str(path))
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(str(path))

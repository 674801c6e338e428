"""``torchpin``, and ``python -m torchpin``: hands over to Node."""

import os
import subprocess
import sys
from typing import List, NoReturn

from torchpin.node import NoNode, find_node


def main() -> NoReturn:
    """Runs torchpin with the arguments of this process. What it exits with is what torchpin exits with."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "npm", "bin", "torchpin.js")
    try:
        node = find_node()
        hand_over([node, script, *sys.argv[1:]])
    except NoNode as problem:
        refuse(str(problem))
    except OSError as problem:
        refuse(f"{node} cannot be run: {problem.strerror}")


def hand_over(command: List[str]) -> NoReturn:
    """Becomes the command where the system can do that, so that signals reach it."""
    if os.name != "nt":
        os.execv(command[0], command)
    child = subprocess.Popen(command)
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:
            pass  # The console has told Node too, which ends as it sees fit.


def refuse(problem: str) -> NoReturn:
    """Ends as torchpin does where it cannot be run: with 2."""
    sys.stderr.write(f"error: {problem}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()

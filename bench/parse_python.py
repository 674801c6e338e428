"""How long packaging and pip's reader take for a file: python3 bench/parse_python.py packaging|pip FILE. Prints seconds."""

import sys
import time

tool, path = sys.argv[1:]
if tool == "packaging":
    from packaging.requirements import InvalidRequirement, Requirement

    def read() -> None:
        with open(path, encoding="utf-8") as file:
            for line in file:
                text = line.split(" #", 1)[0].strip()
                if text and not text.startswith("#"):
                    Requirement(text)

else:
    from pip._internal.network.session import PipSession
    from pip._internal.req.constructors import install_req_from_parsed_requirement
    from pip._internal.req.req_file import parse_requirements

    session = PipSession()

    def read() -> None:
        for parsed in parse_requirements(path, session):
            install_req_from_parsed_requirement(parsed)


started = time.perf_counter()
read()
print(time.perf_counter() - started)

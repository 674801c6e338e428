"""How many bytes of bytecode this Python makes of a byte of source: the rows of src/packaging/bytecode.ts.

    python3.12 scripts/measure-bytecode.py FOLDER-OF-WHEELS

Compiles every .py file of the wheels as pip does (16 bytes of header, paths below site-packages), and fits
`modules * a + tests * b`, wheels with much source counting more (weights 1 / bytecode). Writes nothing.
"""

import marshal
import re
import statistics
import sys
import warnings
import zipfile
from pathlib import Path

# As in bytecode.ts.
OF_TESTS = re.compile(r"(?:^|/)(?:_?tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$")
LEAST_SOURCE = 200_000
VERSION = "%d.%d" % sys.version_info[:2]


def bytecode(source, name):
    path = f"/usr/local/lib/python{VERSION}/site-packages/{name}"
    try:
        return 16 + len(marshal.dumps(compile(source, path, "exec", dont_inherit=True)))
    except (SyntaxError, ValueError):
        return 0  # pip passes over what does not compile


def measure(wheel):
    modules = tests = compiled = 0
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if not member.filename.endswith(".py"):
                continue
            if OF_TESTS.search(member.filename):
                tests += member.file_size
            else:
                modules += member.file_size
            compiled += bytecode(archive.read(member), member.filename)
    return modules, tests, compiled


def fit(rows):
    mm = sum(m * m / c for m, t, c in rows)
    mt = sum(m * t / c for m, t, c in rows)
    tt = sum(t * t / c for m, t, c in rows)
    my = sum(m for m, t, c in rows)
    ty = sum(t for m, t, c in rows)
    d = mm * tt - mt * mt
    return (my * tt - ty * mt) / d, (ty * mm - my * mt) / d


warnings.simplefilter("ignore")
measured = [measure(wheel) for wheel in sorted(Path(sys.argv[1]).glob("*.whl"))]
rows = [row for row in measured if row[0] + row[1] >= LEAST_SOURCE]
a, b = fit(rows)
errors = sorted(abs((m * a + t * b) / c - 1) for m, t, c in rows)
total = sum(m * a + t * b for m, t, c in rows) / sum(c for m, t, c in rows) - 1
print(
    f"{VERSION}: modules {a:.3f}, tests {b:.3f}; {len(rows)} wheels, {sum(c for m, t, c in rows)} bytes of bytecode; "
    f"a wheel is off by {statistics.median(errors):.1%} (median), {errors[int(len(errors) * 0.9)]:.1%} (one in ten more), "
    f"all together by {total:+.1%}"
)

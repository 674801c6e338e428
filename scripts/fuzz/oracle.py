#!/usr/bin/env python3
"""Answers for pip and packaging: a JSON line of `{"kind": ..., "inputs": [...]}` in, a JSON line of answers out.

scripts/fuzz-oracle.ts starts it, with a Python that has pip 26.3 and packaging 26.2.
"""

import contextlib
import importlib.util
import io
import json
import logging
import os
import sys
import tempfile
from pathlib import Path

import packaging
import pip
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import parse_wheel_filename
from packaging.version import Version

fixtures = Path(sys.argv[1])
spec = importlib.util.spec_from_file_location("make_oracle", fixtures / "requirements/make-oracle.py")
recorded = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recorded)


def attempt(answer):
    """Whatever packaging raises, its own errors and those it lets through, is a refusal."""

    def answered(given):
        try:
            return answer(given)
        except Exception:
            return None

    return answered


@attempt
def version(text):
    return str(Version(text))


@attempt
def order(pair):
    a, b = map(Version, pair)
    return (a > b) - (a < b)


@attempt
def contains(pair):
    text, version = pair
    specifier = SpecifierSet(text)
    for each in specifier:
        each.prereleases  # what the grammar lets through and the version does not, fails here
    return specifier.contains(version, prereleases=True)


@attempt
def marker(pair):
    text, environment = pair
    found = Marker(text)
    try:
        return found.evaluate(environment)
    except Exception:
        return "raises"


@attempt
def requirement(text):
    found = Requirement(text)
    clauses = sorted({str(each.operator) + each.version for each in found.specifier})
    return [found.name, sorted(found.extras), clauses, found.url, found.marker is not None]


@attempt
def wheel(name):
    project, version, build, tags = parse_wheel_filename(name)
    return [project, str(version), list(build), sorted(map(str, tags))]


def file(text):
    try:
        return list(recorded.lines_of(text))
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}


ANSWERS = {
    "versions": version,
    "order of versions": order,
    "specifiers": contains,
    "markers": marker,
    "requirements": requirement,
    "wheel names": wheel,
    "files": file,
}

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    answers = sys.stdout
    print(json.dumps({"pip": pip.__version__, "packaging": packaging.__version__}), flush=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        # Empty, so that no path of an input leads anywhere.
        os.chdir(folder)
        for line in sys.stdin:
            asked = json.loads(line)
            answer = ANSWERS[asked["kind"]]
            print(json.dumps([answer(given) for given in asked["inputs"]]), file=answers, flush=True)
        os.chdir("/")

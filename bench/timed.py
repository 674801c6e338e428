"""Runs a command and tells what it took: python3 bench/timed.py COMMAND... Prints seconds of wall and processor, and peak kilobytes."""

import json
import os
import subprocess
import sys
import time

started = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - started
print(json.dumps({"wall": wall, "processor": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss}))
sys.exit(os.waitstatus_to_exitcode(status))

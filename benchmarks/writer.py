"""Somebody who wants to write all the time: `python -m benchmarks.writer FILE`, until told enough.

It asks for SQLite's lock without ever resting, so that its wait is as long as the lock was held;
whenever it gets it, it lets go at once, and leaves the others a moment.
"""

import json
import sqlite3
import sys
import threading
import time

PAUSE = 0.001  # seconds


def main(path: str) -> None:
    enough = threading.Event()
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    print("{}", flush=True)
    threading.Thread(target=_hear, args=[enough], daemon=True).start()
    waits = [0.0]
    while not enough.is_set():
        waits.append(_wait(connection))
        time.sleep(PAUSE)
    print(json.dumps({"longest": max(waits), "times": len(waits)}), flush=True)


def _hear(enough: threading.Event) -> None:
    sys.stdin.readline()
    enough.set()


def _wait(connection: sqlite3.Connection) -> float:
    began = time.perf_counter()
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as refused:
            if "locked" not in str(refused):
                raise
        else:
            connection.execute("ROLLBACK")
            return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1])

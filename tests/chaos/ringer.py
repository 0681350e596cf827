"""A node as a process of its own that rings whatever is due, as fast as it can, until it is told to stop.

`python -m chaos.ringer URL NODE` prints "ready", and when its input ends how many alarms it has had.
"""

import sys
import threading

from chaos.scene import opened
from firstright.wiring import now


def main(url: str, node: str) -> None:
    stopped, rung = threading.Event(), 0
    with opened(url, node) as desk:
        threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
        print("ready", flush=True)
        while not stopped.is_set():
            worked, _ = desk.work_due(now())
            rung += worked
            if not worked:
                stopped.wait(0.002)
    print(rung, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

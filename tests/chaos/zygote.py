"""Servers that start in a blink: everything is imported once, then each is a fork of this process that runs `firstright serve`.

`python zygote.py DATABASE PORT` starts one for each line read, prints its process id, and waits for its end. They are
processes of their own in every way that matters to a kill.
"""

import os
import sys

import firstright.cli.serving
from firstright.core.clean.normalize import warm


def main(database: str, port: int) -> None:
    warm()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            firstright.cli.serving.run(database, None, port, insecure_public=False)
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

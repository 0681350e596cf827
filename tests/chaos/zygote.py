"""Servers that start in a blink: everything is imported once, then each is a fork of this process that runs `firstright serve`.

`python zygote.py DATABASE PORT` starts one for each line read, prints its process id, and waits for its end; port 0 starts
`firstright worker`. They are processes of their own in every way that matters to a kill.
"""

import os
import sys

import pydantic.v1  # this and uvloop are imported by the first request otherwise, in each of a thousand processes
import uvicorn.lifespan.off
import uvicorn.loops.uvloop
import uvloop

import firstright.cli.serving
import firstright.cli.working
from firstright.core.clean.normalize import warm

IMPORTED = (pydantic.v1, uvicorn.lifespan.off, uvicorn.loops.uvloop, uvloop)


def main(database: str, port: int) -> None:
    warm()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            if port:
                firstright.cli.serving.run(database, None, port, insecure_public=False)
            else:
                firstright.cli.working.run(database, None, None)
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""`make bench`: every bench, with a PostgreSQL started for it by the launcher of the tests. Arguments go on to `firstright bench`."""

import sys

import postgres
from firstright.cli.app import run


def main(arguments: list[str]) -> int:
    try:
        server = postgres.start()
    except postgres.CannotStart as problem:
        print(f"without PostgreSQL: {problem}", file=sys.stderr)
        return run(["bench", "--all", *arguments])
    try:
        return run(["bench", "--all", "--postgres", server.base, *arguments])
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

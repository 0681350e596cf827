"""A node as a process of its own: takes leads through its own desk with several clients at once, and says what came of them.

`python client.py URL NODE CLIENTS FIRST COUNT` prints one JSON object: how many replies had each status.
"""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from chaos.scene import arrival, opened, person


def main(url: str, node: str, clients: int, first: int, count: int) -> None:
    with opened(url, node) as desk:

        def take(client: int) -> Counter[int]:
            return Counter(
                desk.take_in([arrival(person(number), f"event-{number}")])[0].status
                for number in range(first + client, first + count, clients)
            )

        print("ready", flush=True)
        sys.stdin.readline()  # all nodes begin together
        with ThreadPoolExecutor(clients) as pool:
            statuses = sum(pool.map(take, range(clients)), Counter())
    print(json.dumps(statuses), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))

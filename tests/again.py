"""Runs once more, one by one and with nothing beside, the few tests that failed in the run before, and says so.

Real servers, browsers and kills share the machine with whoever else uses it. A test that fails beside the others and passes
alone lets the work land, but is named: it is a defect of the test or of the product that nobody understands yet.
More than `FEW` are no accident, and are not run again.
"""

import json
import subprocess
import sys
from pathlib import Path

FEW = 3
LAST = Path(__file__).parents[1] / ".pytest_cache/v/cache/lastfailed"


def failed() -> list[str]:
    return sorted(json.loads(LAST.read_text())) if LAST.exists() else []


def main() -> int:
    names = failed()
    told = "\n".join(f"  {name}" for name in names)
    if not names or len(names) > FEW:
        print(f"{len(names)} failed: not run again, as at most {FEW} are")
        return 1
    print(f"RUN AGAIN, alone: {len(names)}\n{told}", flush=True)
    if subprocess.run([sys.executable, "-m", "pytest", "-q", *names], check=False).returncode:
        return 1
    print(f"UNSTEADY: {len(names)} failed beside the others and passed alone, to be understood:\n{told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

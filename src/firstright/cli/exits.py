"""How a command ends. Scripts rely on these numbers: 0 fine, 1 findings or differences, 2 usage, 78 configuration."""

OK = 0
FOUND = 1
USAGE = 2
CONFIGURATION = 78


class Stop(Exception):
    """Ends a command with lines for a person; never with a stack trace. Each line names the place and the reason."""

    def __init__(self, *lines: str, code: int = USAGE) -> None:
        super().__init__(" ".join(lines))
        self.lines = lines
        self.code = code

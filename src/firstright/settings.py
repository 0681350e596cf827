"""The only reader of the environment: FIRSTRIGHT_* variables, checked together, every mistake listed at once."""

import os
import re
import socket
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from firstright.errors import BadConfiguration

DEFAULT_DATABASE = "sqlite:///firstright.db"
PREFIX = "FIRSTRIGHT_"
_ANY = ("0.0.0.0", "::")  # listens at every address of this machine
_PASSWORD = re.compile(r"(?<=[?&])password=[^&]*&?")
_OTHERS = ("BENCH_", "CHAOS_", "TEST_")  # read by the benches and the tests


class Settings(BaseSettings):
    """How this process runs. The command line may override single values (`read(database=...)`)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    database: str = DEFAULT_DATABASE
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    node: str = Field(default_factory=socket.gethostname)
    insecure_public: bool = False  # listen beyond loopback without TLS in front
    key_file: Path | None = None  # what the secrets of destinations are sealed with
    uploads: Path | None = None  # folder where files wait that are imported in a browser
    log_format: Literal["", "json", "plain"] = ""  # "": plain on a terminal, else json
    otlp_endpoint: str = ""  # where spans go, as http://localhost:4318; "": nowhere
    egress_allow: str = ""  # networks besides the public ones that may be sent to: "10.1.0.0/16, 127.0.0.0/8"
    link_base: str = (
        ""  # a lead's id is put behind it in messages: "https://ours.example/lead/"; "": the console's page
    )
    public_url: str = (
        ""  # where browsers reach the console, as https://leads.ours.example; "": this machine alone
    )
    egress_own: str = ""  # public addresses of this service, which are not sent to

    @field_validator("database")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("is neither sqlite:///PATH nor postgresql://HOST/NAME")
        if value.startswith("sqlite") and not Path(value.removeprefix("sqlite:///")).name:
            raise ValueError("names no file: write sqlite:///PATH")
        return value

    @field_validator("otlp_endpoint")
    @classmethod
    def _known_endpoint(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("is neither http://HOST:PORT nor https://HOST:PORT")
        return value

    @field_validator("link_base")
    @classmethod
    def _known_link(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[!-~]{1,500}", value):
            raise ValueError("is neither http://... nor https://... without spaces")
        return value

    @field_validator("public_url")
    @classmethod
    def _known_url(cls, value: str) -> str:
        bare = value.removesuffix("/")
        if value and not re.fullmatch(
            r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|https?://\[[0-9a-fA-F:.]+\](:[0-9]{1,5})?", bare
        ):
            raise ValueError("is not https://HOST or https://HOST:PORT")
        return bare

    @property
    def own_hosts(self) -> frozenset[str]:
        """Names this program is reached under, besides those of this machine for itself."""
        bound = "" if self.host in _ANY else f"[{self.host}]" if ":" in self.host else self.host
        return frozenset(name for name in (self.public_url.partition("://")[2], bound) if name)

    @property
    def console(self) -> str:
        """Where browsers find the console, as far as the settings say."""
        return self.public_url or f"http://{'127.0.0.1' if self.host in _ANY else self.host}:{self.port}"

    @property
    def lead_link(self) -> str:
        """What a lead's id is put behind in messages; empty: nobody has said where browsers reach anything."""
        return self.link_base or (f"{self.public_url}/leads/" if self.public_url else "")

    @property
    def behind_tls(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def place(self) -> str:
        """The address of the database without its password, to be shown."""
        if self.sqlite_path is not None:
            return self.database
        scheme, _, rest = self.database.partition("://")
        user, at, where = rest.rpartition("@")
        return _PASSWORD.sub("", f"{scheme}://{user.partition(':')[0]}{at}{where}")

    @property
    def sqlite_path(self) -> Path | None:
        return Path(self.database.removeprefix("sqlite:///")) if self.database.startswith("sqlite") else None

    @property
    def key_path(self) -> Path:
        """The key file: beside the database file, so that it moves with it; else the user's, the same for every node."""
        if self.key_file is not None:
            return self.key_file
        file = self.sqlite_path
        return Path.home() / ".config/firstright/key" if file is None else file.with_name(f"{file.name}.key")

    @property
    def uploads_path(self) -> Path:
        """Beside the database file; else the user's own, on each node."""
        if self.uploads is not None:
            return self.uploads
        file = self.sqlite_path
        own = Path.home() / ".local/share/firstright/uploads"
        return own if file is None else file.with_name(f"{file.name}.uploads")


def read(**override: object) -> Settings:
    """Settings from the environment, with what the command line gave on top. Raises BadConfiguration with all problems."""
    given = {name: value for name, value in override.items() if value is not None}
    problems = _misspelt()
    try:
        chosen = Settings(**given)  # type: ignore[arg-type]  # the command line's values are checked by the model itself
    except ValidationError as error:
        problems += [
            f"{'.'.join(map(str, e['loc'])) or 'settings'}: {_said(e['type'], e['msg'])}"
            for e in error.errors()
        ]
        raise BadConfiguration(tuple(problems)) from error
    if problems:
        raise BadConfiguration(tuple(problems))
    return chosen


def _misspelt() -> list[str]:
    """Variables that were meant for us and that nobody reads: with FIRSTRIGHT_DATABSE leads went into another file."""
    ours = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    given = sorted(name for name in os.environ if name.upper().startswith(PREFIX))
    unknown = [
        name for name in given if name.upper() not in ours and not name[len(PREFIX) :].startswith(_OTHERS)
    ]
    return [f"{name}: is no setting; there are {', '.join(sorted(ours))}" for name in unknown]


_WORDS = {"int_parsing": "is not a whole number", "bool_parsing": "is neither true nor false"}


def _said(kind: str, message: str) -> str:
    """In our words: a library's begin with "Input should be" or with the name of an exception."""
    ours = message.removeprefix("Value error, ").replace("Input should", "should")
    return _WORDS.get(kind, ours)

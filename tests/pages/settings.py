"""docs/configuration.md: every setting, from the model and from what config.example.toml says of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.settings.reading import SECRETS, _allowed, _field

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
HEAD = """\
# Configuration

<!-- Written by `make pages` from bot/settings and config.example.toml. -->

Earshot reads `config.toml` (or what `--config` or `EARSHOT_CONFIG` names), overridden by the environment, overridden
by flags. In Earshot's folder:

```sh
EARSHOT_QUOTA__GUILD_MINUTES=120 .venv/bin/python -m bot run
# EARSHOT_<SECTION>__<KEY>; lists: a,b  tables: name=value,...
.venv/bin/python -m bot --set quota.guild_minutes=120 run
```

Every key has a default. An unknown key or a wrong value stops the start with its name, and all that is wrong, missing
secrets too, is told at once. <!-- held: test_missing_secrets_are_told_with_all_else_that_is_wrong -->

## Secrets

They come from the environment, from `.env`, or from a file that `<NAME>_FILE` names, and never from `config.toml` or
`--set`: a key, a token, or a password in an address is refused there, whatever the setting.
<!-- held: test_a_secret_is_refused_wherever_it_stands_in_the_file, test_no_flag_takes_a_secret -->
These files, and `config.toml`, are UTF-8 text; a byte order mark and any line ends are taken.

"""


@dataclass(frozen=True)
class Row:
    """One key as config.example.toml has it."""

    key: str
    default: str
    says: str


def rows() -> Iterator[Row]:
    """Every key of the example; a comment speaks for the keys below it, up to the next."""
    section, comment, fresh = "", [""], False
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if line.startswith("# ") and not re.match(r'# "[\w.-]+" = ', line):
            comment = [*comment, line[2:]] if fresh else [line[2:]]
            fresh = True
        elif head := re.match(r"\[([\w.]+)\]", line):
            section = head[1] + "."
            if "." in head[1]:  # a table of the host's own names
                yield Row(head[1], "(none)", " ".join(comment))
        elif pair := re.match(r"(\w+) = (.*)", line):
            yield Row(section + pair[1], pair[2], " ".join(comment))
            fresh = False
        else:
            fresh = False


def may_be(key: str) -> str:
    """What may stand there, in the words of the error message for what may not."""
    field: FieldInfo | None = _field(*key.split("."))
    assert field is not None, f"config.example.toml has {key}, the settings do not"
    return _allowed(field)


def page() -> str:
    """The whole page."""
    lines = [HEAD + "| Variable | What it is |", "| --- | --- |"]
    lines += [f"| `{name}` | {what} |" for name, what in _secrets()]
    section = None
    for row in rows():
        own, _, _ = row.key.rpartition(".") if row.key != "speech.prices" else ("speech", "", "")
        if own != section:
            section = own
            lines += ["", f"## {f'[{own}]' if own else 'General'}", "", "| Key | Default | May be | What it does |"]
            lines += ["| --- | --- | --- | --- |"]
        key = row.key.removeprefix(f"{own}.")
        lines.append(f"| `{key}` | `{row.default}` | {may_be(row.key)} | {_safe(row.says)} |")
    return "\n".join(lines) + "\n"


def _secrets() -> Iterator[tuple[str, str]]:
    says = {
        "DISCORD_TOKEN": "the bot's token; `run`, `gateway`, `worker` and `check` need it",
        "OPENAI_API_KEY": "the key that pays; not needed where `OPENAI_BASE_URL` is a server without keys",
        "OPENAI_FALLBACK_API_KEY": "the key of the second provider, where `speech.fallback_base_url` names one",
        "DATABASE_URL": "the same as `database_url`; a secret where it holds a password",
    }
    return ((name, says.get(name, "see `.env.example`")) for name in SECRETS)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")

"""
Third-party servers that speak OpenAI's language, with a real Whisper behind them, on loopback.

Hides their command lines and settings. Promises: a server is up when the block begins and gone when it ends; it
takes no more than `home.THREADS` threads, and gives way to everybody else.
"""

import asyncio
import os
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ears import home

_UP_S = 120
_UP = "Uvicorn running on"
_LINES = 50


@dataclass(frozen=True, slots=True)
class Kind:
    """One server: how it is started, what the bot calls its model, and what is peculiar about it."""

    name: str
    command: Callable[[str, int, Path], Sequence[str]]
    called: str
    gives_probabilities: bool
    lists_models: bool


@dataclass(frozen=True, slots=True)
class Server:
    """A running one: its address, and the name to ask its model by."""

    kind: Kind
    base_url: str
    model: str

    @property
    def env(self) -> dict[str, str]:
        """What points a bot at it; it costs nothing."""
        return {
            "OPENAI_BASE_URL": self.base_url,
            "OPENAI_API_KEY": "none-needed",
            "EARSHOT_SPEECH__MODEL": self.model,
            "EARSHOT_SPEECH__PRICES": f"{self.model}=0",
        }


def _faster_whisper_server(model: str, port: int, folder: Path) -> Sequence[str]:
    options = f"{{device: cpu, compute_type: int8, cpu_threads: {home.THREADS}}}"
    config = folder / f"{model}-{port}.yaml"
    row = f"  - name: whisper-1\n    path: {home.model(model)}\n    model_options: {options}\n"
    config.write_text(f"models:\n{row}", "utf-8")
    return ("-m", "faster_whisper_server", "--config", str(config), "--host", "127.0.0.1", "--port", str(port))


def _open_asr_server(model: str, port: int, folder: Path) -> Sequence[str]:
    del model, folder
    start = "from open_asr_server.cli import app; app()"
    return ("-c", start, "serve", "--host", "127.0.0.1", "--port", str(port))


KINDS = {
    kind.name: kind
    for kind in (
        # It hears in its event loop: one at a time, and answers nothing else meanwhile. The name of the model that is
        # sent in the field "model" it does not read.
        Kind(
            "faster-whisper-server", _faster_whisper_server, "whisper-1", gives_probabilities=True, lists_models=False
        ),
        # Its probabilities are zeros. It never tries again warmer.
        Kind("open-asr-server", _open_asr_server, "openai/whisper-{}", gives_probabilities=False, lists_models=True),
    )
}


@asynccontextmanager
async def open_server(kind: str, model: str, folder: Path, *, at_once: int = 1) -> AsyncIterator[Server]:
    """
    That server with that model ("base", "tiny.en"), until the block ends; `folder` takes its settings.

    `at_once` is how many sounds it hears at a time, where it can be told. Raises RuntimeError with what it said
    where it does not come up.
    """
    chosen = KINDS[kind]
    port = _free_port()
    environment = home.environment() | {"OPEN_ASR_SERVER_TRANSCRIBE_WORKERS": str(at_once)}
    process = await asyncio.create_subprocess_exec(
        str(home.PYTHON),
        *chosen.command(model, port, folder),
        cwd=home.model("."),  # open-asr-server finds a model by the name of its folder
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=_polite,
    )
    said: deque[str] = deque(maxlen=_LINES)
    up = asyncio.Event()
    reading = asyncio.create_task(_read(process, said, up))
    try:
        async with asyncio.timeout(_UP_S):
            await up.wait()
        if process.returncode is not None:
            raise RuntimeError(f"{kind} did not come up:\n" + "\n".join(said))
        yield Server(chosen, f"http://127.0.0.1:{port}/v1", chosen.called.format(model))
    finally:
        if process.returncode is None:
            process.kill()  # it may be amid a sound, and has nothing to lose
        await process.wait()
        await reading


async def _read(process: asyncio.subprocess.Process, said: deque[str], up: asyncio.Event) -> None:
    """Until it ends: keep its last lines, and ring when it is up, or will never be."""
    assert process.stderr is not None
    while line := await process.stderr.readline():
        said.append(line.decode("utf-8", "replace").rstrip())
        if _UP in said[-1]:
            up.set()
    await process.wait()
    up.set()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _polite() -> None:
    """In the child: everybody else comes first."""
    os.nice(10)

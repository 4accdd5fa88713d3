"""What all tests have: no deadline, the same examples in CI each time, and one scan of the seeds."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from dedup import ScanResult, scan
from tests.newsroom import SEEDS

settings.register_profile("dedup", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("dedup")


class RedisServer:
    """A Redis of our own, on this machine only, in a folder that is thrown away."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.url = folder, f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]
        options += ["--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        for _ in range(400):
            try:
                self.client().ping()
                return
            except Exception:  # it is not there yet, or loads what it had
                time.sleep(0.05)
        raise AssertionError("redis-server does not answer")

    def client(self) -> Any:
        """A connection."""
        import redis

        return redis.Redis(port=self.port)

    def empty(self) -> None:
        """Forget everything."""
        self.client().flushall()

    def stop(self) -> None:
        """Stop at once."""
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A running Redis; skipped where there is none, but not in CI."""
    if shutil.which("redis-server") is None:
        assert "CI" not in os.environ, "redis-server must be installed"
        pytest.skip("redis-server is not installed")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def result() -> ScanResult:
    """The scan of the seeds."""
    return scan(SEEDS)

"""What all tests have: no deadline, the same examples in CI each time, and one scan of the seeds."""

import os

import pytest
from hypothesis import settings

from dedup import ScanResult, scan
from tests.newsroom import SEEDS

settings.register_profile("dedup", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("dedup")


@pytest.fixture(scope="session")
def result() -> ScanResult:
    """The scan of the seeds."""
    return scan(SEEDS)

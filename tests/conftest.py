"""Settings of the tests: no test fails on a time, and CI tries the same examples each time."""

import os

from hypothesis import settings

settings.register_profile("dedup", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("dedup")

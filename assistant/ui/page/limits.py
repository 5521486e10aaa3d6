"""How often one may do what: requests, questions, uploads, attempts to log in. Knows no accounts and no pages."""

import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

REQUESTS = RateLimitItemPerMinute(1500, namespace="requests")
BY_NAME_AND_ADDRESS = RateLimitItemPerMinute(10, 15, namespace="login here")
BY_NAME = RateLimitItemPerMinute(100, 15, namespace="login")
BY_ADDRESS = RateLimitItemPerMinute(60, 15, namespace="address")
FILES = 40  # of the largest size that one user may upload in an hour


class Limits:
    """Each method counts one more and returns 0, or the seconds to wait."""

    def __init__(self, questions_per_minute: int, max_file_mb: int) -> None:
        storage = MemoryStorage()
        self._moving, self._fixed = MovingWindowRateLimiter(storage), FixedWindowRateLimiter(storage)
        self._questions = RateLimitItemPerMinute(questions_per_minute, namespace="questions")
        self._megabytes = RateLimitItemPerHour(FILES * max_file_mb, namespace="uploads")

    def request(self, who: str) -> int:
        return self._counted(self._fixed, REQUESTS, who)

    def question(self, who: str) -> int:
        return self._counted(self._moving, self._questions, who)

    def upload(self, who: str, size: int) -> int:
        return self._counted(self._fixed, self._megabytes, who, cost=max(1, size // 1_000_000))

    def login(self, name: str, address: str) -> int:
        """Three counts: a name from one address, a name from anywhere, an address with any name."""
        keys = ((BY_NAME_AND_ADDRESS, f"{name[:80]}\n{address}"), (BY_NAME, name[:80]), (BY_ADDRESS, address))
        return max(self._counted(self._moving, limit, key) for limit, key in keys)

    def _counted(self, limiter: FixedWindowRateLimiter | MovingWindowRateLimiter, limit: RateLimitItem, who: str, cost: int = 1) -> int:
        if limiter.hit(limit, who, cost=cost):
            return 0
        return max(1, math.ceil(limiter.get_window_stats(limit, who).reset_time - time.time()))

"""On which machine, with which versions, and was it idle? Nothing here tells whose it is or what it is called."""

import os
import platform
import re
import time
from importlib.metadata import version
from pathlib import Path

import psutil


def describe() -> dict[str, str]:
    """The machine and the versions."""
    kernel = re.match(r"\d+\.\d+", platform.release())
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / (1 << 30):.0f} GiB",
        "kernel": f"{platform.system()} {kernel[0] if kernel else ''}",
        "Python": platform.python_version(),
        "torch": version("torch"),
        "pytest": version("pytest"),
        "pytest-json-report": version("pytest-json-report"),
        "gradlings": version("gradlings"),
    }


def busy_cores(seconds: float = 5.0) -> float:
    """How many cores others use while this process sleeps."""
    before = psutil.cpu_times()
    time.sleep(seconds)
    after = psutil.cpu_times()
    idle = after.idle - before.idle + getattr(after, "iowait", 0.0) - getattr(before, "iowait", 0.0)
    return max(0.0, (os.cpu_count() or 1) - idle / seconds)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

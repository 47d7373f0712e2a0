"""Where this kit lies, and the course that comes with it. No other module knows a root folder."""

import sysconfig
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
"""The folder that holds the package `grader`: a checkout, or where it was installed."""


INSTALLED = Path(sysconfig.get_path("data"), "share", "gradlings").resolve()
"""The folder where a wheel puts the course, beside Python's own data."""


def own_course() -> Path:
    """The folder of the kit's own course: the checkout, or what a wheel has installed."""
    return HOME if (HOME / "catalog.toml").exists() or not INSTALLED.exists() else INSTALLED

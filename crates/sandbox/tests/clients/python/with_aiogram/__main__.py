"""Flows of aiogram."""

import asyncio
import logging

from flows import run

from . import buttons, hooks, money, places, talk, trouble  # noqa: F401

# Its own reports of what fails on purpose.
logging.disable(logging.CRITICAL)
asyncio.run(run("aiogram"))

"""Flows of python-telegram-bot."""

import asyncio
import logging

from flows import run

from . import money, places, talk, trouble  # noqa: F401

# Its own reports of what fails on purpose.
logging.disable(logging.CRITICAL)
asyncio.run(run("ptb"))

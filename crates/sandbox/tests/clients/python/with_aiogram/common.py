"""Bots as aiogram's documentation writes them, with the local Telegram as their API server."""

import asyncio
import contextlib

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import ErrorEvent
from pydantic import BaseModel
from strict import UNDOCUMENTED


def nothing_extra(value):
    """aiogram keeps what its types do not know in `model_extra`; there must be nothing."""
    if isinstance(value, BaseModel):
        kind = type(value).__name__
        extra = [name for name in value.model_extra or () if (kind, name) not in UNDOCUMENTED]
        assert not extra, f"{kind} has no {extra}"
        for name in type(value).model_fields:
            nothing_extra(getattr(value, name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            nothing_extra(one)


class Strict(BaseRequestMiddleware):
    """Every answer, on its way to the bot."""

    async def __call__(self, make_request, bot, method):
        answer = await make_request(bot, method)
        nothing_extra(answer)
        return answer


@contextlib.asynccontextmanager
async def bot_of(world, token=None):
    session = AiohttpSession(api=TelegramAPIServer.from_base(world.api))
    session.middleware(Strict())
    async with Bot(token or world.token, session=session) as bot:
        yield bot


def dispatcher(*routers, **data):
    """With a list of what handlers failed with: aiogram only logs it."""
    dp = Dispatcher(**data)
    dp.include_routers(*routers)
    failures = []

    @dp.error()
    async def failed(event: ErrorEvent):
        failures.append(event.exception)

    @dp.update.outer_middleware()
    async def strict(handler, event, data):
        nothing_extra(event)
        return await handler(event, data)

    return dp, failures


@contextlib.asynccontextmanager
async def polling(world, *routers, **data):
    """A bot that polls, with these handlers."""
    dp, failures = dispatcher(*routers, **data)
    async with bot_of(world) as bot:
        begun = asyncio.Event()
        dp.startup.register(begun.set)
        polls = asyncio.create_task(
            dp.start_polling(
                bot, handle_signals=False, polling_timeout=10, close_bot_session=False
            )
        )
        waiting = asyncio.create_task(begun.wait())
        await asyncio.wait({waiting, polls}, return_when=asyncio.FIRST_COMPLETED)
        if polls.done():
            # It could not even begin.
            waiting.cancel()
            await polls
        try:
            yield bot
        finally:
            await dp.stop_polling()
            await polls
            # It says more than whatever waited for what the handler did not do.
            for failure in failures:
                raise AssertionError(f"a handler failed: {failure!r}") from failure


def plain(value):
    """Without the bot that aiogram ties to its objects, which makes equal ones unequal."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value.model_dump(exclude_none=True)


def spots(entities):
    """Entities as plain values."""
    more = ("url", "language")
    return [
        (e.type, e.offset, e.length, {n: getattr(e, n) for n in more if getattr(e, n) is not None})
        for e in entities or []
    ]

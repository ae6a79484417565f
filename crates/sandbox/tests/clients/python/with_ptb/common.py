"""Applications as python-telegram-bot's documentation writes them."""

import contextlib

from claims import raises
from telegram import TelegramObject, Update
from telegram.error import BadRequest
from telegram.ext import Application, TypeHandler

# Not of the version of the Bot API that this client speaks, or in no documentation at all.
NEWER = {"can_send_welcome_messages", "all_members_are_administrators", "accepted_gift_types"}


def strict(value):
    """python-telegram-bot keeps what it does not know in `api_kwargs`; gives the value back."""
    if isinstance(value, TelegramObject):
        extra = set(value.api_kwargs) - NEWER
        assert not extra, f"{type(value).__name__} has no {sorted(extra)}"
        for kind in type(value).__mro__:
            for name in getattr(kind, "__slots__", ()):
                if not name.startswith("_"):
                    strict(getattr(value, name, None))
    elif isinstance(value, (list, tuple)):
        for one in value:
            strict(one)
    return value


def refused(*words):
    """BadRequest with these words: the client cuts off the prefix and writes a sentence."""
    return raises(BadRequest, *(word.capitalize() for word in words))


def build(world, token=None):
    return (
        Application.builder()
        .token(token or world.token)
        .base_url(f"{world.api}/bot")
        .base_file_url(f"{world.api}/file/bot")
        .concurrent_updates(True)
        .build()
    )


@contextlib.asynccontextmanager
async def idle(world, *handlers):
    """An application that does nothing by itself; what handlers fail with is raised at the end."""
    app = build(world)
    failures = []

    async def look(update, _context):
        strict(update)

    async def failed(_update, context):
        failures.append(context.error)

    app.add_handler(TypeHandler(Update, look), group=-1)
    app.add_handlers(handlers)
    app.add_error_handler(failed)
    async with app:
        try:
            yield app
        finally:
            for failure in failures:
                raise AssertionError(f"a handler failed: {failure!r}") from failure


@contextlib.asynccontextmanager
async def polling(world, *handlers):
    """An application that polls."""
    async with idle(world, *handlers) as app:
        await app.start()
        await app.updater.start_polling(timeout=10, allowed_updates=Update.ALL_TYPES)
        try:
            yield app.bot
        finally:
            await app.updater.stop()
            await app.stop()


def spots(entities):
    more = ("url", "language")
    return [
        (e.type, e.offset, e.length, {n: getattr(e, n) for n in more if getattr(e, n) is not None})
        for e in entities or ()
    ]

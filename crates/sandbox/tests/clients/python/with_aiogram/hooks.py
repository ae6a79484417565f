"""Webhooks, with aiogram's own server for them."""

import asyncio
import contextlib

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from claims import same
from flows import flow

from .common import bot_of, dispatcher


@contextlib.asynccontextmanager
async def webhook(world, bot, router, secret):
    """aiogram's server at a free port, set as the bot's webhook."""
    dp, failures = dispatcher(router)
    dp.errors.handlers.clear()
    app = web.Application()
    handler = SimpleRequestHandler(dp, bot, secret_token=secret, handle_in_background=False)
    handler.register(app, path="/webhook")
    setup_application(app, dp, bot=bot)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    assert await bot.set_webhook(world.hook(port, "webhook"), secret_token=secret) is True
    try:
        yield port
    finally:
        await bot.delete_webhook()
        await runner.cleanup()


@flow
async def webhook_with_a_secret(world):
    router = Router()
    heard = []
    both = asyncio.Barrier(2)
    failed = set()

    @router.message(Command("start"))
    async def start(message: Message):
        # Two chats are served side by side: each waits for the other one.
        async with asyncio.timeout(5):
            await both.wait()
        # A call in the answer of the webhook itself.
        return SendMessage(chat_id=message.chat.id, text="started")

    @router.message()
    async def listen(message: Message):
        if message.text == "fails once" and message.message_id not in failed:
            failed.add(message.message_id)
            raise RuntimeError("on purpose, the first time")
        heard.append((message.chat.id, message.text))
        await message.answer(f"heard {message.text}")

    anna, boris = await world.phone("customer"), await world.phone("executor")
    async with bot_of(world) as bot:
        await anna.start(world.bot)
        async with webhook(world, bot, router, "a-Secret_1") as port:
            # What waited before the webhook was set is delivered, too.
            await boris.start(world.bot)
            await anna.message(world.bot, "started")
            await boris.message(world.bot, "started")
            await anna.send(world.bot, "fails once")
            await anna.send(world.bot, "afterwards")
            await boris.send(world.bot, "meanwhile")
            await anna.message(world.bot, "heard afterwards")
            await boris.message(world.bot, "heard meanwhile")
            own = [text for chat, text in heard if chat == anna.id]
            same(own, ["fails once", "afterwards"])
            same(len(failed), 1)
            info = await bot.get_webhook_info()
            assert info.url.startswith(world.api) and info.max_connections
            assert "500" in info.last_error_message and info.last_error_date, info
            url = f"http://127.0.0.1:{port}/webhook"
            wrong = {"X-Telegram-Bot-Api-Secret-Token": "wrong"}
            async with world.session.post(url, json={"update_id": 1}, headers=wrong) as answer:
                same(answer.status, 401)
        info = await bot.get_webhook_info()
        same((info.url, info.pending_update_count), ("", 0))

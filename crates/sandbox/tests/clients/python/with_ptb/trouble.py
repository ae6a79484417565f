"""What goes wrong, and webhooks."""

import asyncio
import contextlib
import socket

from claims import TERMINATED, WEBHOOK_ACTIVE, raises, same
from flows import flow
from telegram import ChatMember, Update
from telegram.error import Conflict, Forbidden, NetworkError, RetryAfter
from telegram.ext import ChatMemberHandler, CommandHandler, MessageHandler, filters

from .common import idle, polling, refused, strict


@flow
async def blocked_bot(world):
    seen = asyncio.Queue()

    async def member(update, _context):
        await seen.put(update.my_chat_member)

    async with polling(world, ChatMemberHandler(member)) as bot:
        phone = await world.phone()
        with raises(Forbidden, "Forbidden: bot can't initiate conversation with a user"):
            await bot.send_message(phone.id, "hello?")
        await phone.start(world.bot)
        await phone.act("block", bot=world.bot)
        event = await seen.get()
        status = (event.old_chat_member.status, event.new_chat_member.status)
        same(status, (ChatMember.MEMBER, ChatMember.BANNED))
        with raises(Forbidden, "Forbidden: bot was blocked by the user"):
            await bot.send_message(phone.id, "hello?")
        await phone.act("unblock", bot=world.bot)
        same((await seen.get()).new_chat_member.status, ChatMember.MEMBER)
        await bot.send_message(phone.id, "again")


@flow
async def flood(world):
    phone = await world.phone()
    await phone.start(world.bot)
    fault = {"bot": world.bot, "method": "sendMessage", "count": 1}
    async with idle(world) as app:
        async with world.faults({**fault, "effect": "too_many", "retry_after": 7}):
            with raises(RetryAfter, "Retry in 7 seconds") as box:
                await app.bot.send_message(phone.id, "too fast")
            same(int(box[0].retry_after), 7)
            await app.bot.send_message(phone.id, "slower")
        async with world.faults({**fault, "effect": "bad_gateway"}):
            with raises(NetworkError):
                await app.bot.send_message(phone.id, "x")
        same((await phone.message(world.bot))["text"], "slower")


@flow
async def chat_not_found(world):
    async with idle(world) as app:
        for chat in (123_456_789, -1_001_234_567_890, "@no_such_channel_here"):
            with refused("chat not found"):
                await app.bot.send_message(chat, "anybody?")
            with refused("chat not found"):
                await app.bot.get_chat_member(chat, world.bot)


@flow
async def polling_conflict(world):
    # Two programs with one token.
    async with idle(world) as app, idle(world) as other:
        first = asyncio.create_task(app.bot.get_updates(timeout=20))
        second = asyncio.create_task(other.bot.get_updates(timeout=20))
        done, waiting = await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
        with raises(Conflict, f"Conflict: {TERMINATED}"):
            await done.pop()
        phone = await world.phone()
        await phone.start(world.bot)
        [update] = strict(await waiting.pop())
        same(update.message.text, "/start")
        await app.bot.set_webhook("https://example.org/hook")
        with raises(Conflict, f"Conflict: {WEBHOOK_ACTIVE}"):
            await app.bot.get_updates()
        assert await app.bot.delete_webhook(drop_pending_updates=True)
        same(await app.bot.get_updates(), ())


@flow
async def polling_restarted(world):
    heard = []
    news = asyncio.Queue()

    async def listen(update, _context):
        heard.append(update.message.text)
        await news.put(update.message.text)

    phone = await world.phone()
    async with polling(world, MessageHandler(filters.ALL, listen)):
        await phone.start(world.bot)
        await phone.send(world.bot, "one")
        while await news.get() != "one":
            pass
    # python-telegram-bot confirms what it has seen when it stops.
    for text in ("two", "three"):
        await phone.send(world.bot, text)
    async with polling(world, MessageHandler(filters.ALL, listen)):
        await phone.send(world.bot, "four")
        while await news.get() != "four":
            pass
    same(sorted(heard), sorted(["/start", "one", "two", "three", "four"]))


def free_port():
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@flow
async def webhook_with_a_secret(world):
    both = asyncio.Barrier(2)
    heard = []

    async def start(update, _context):
        async with asyncio.timeout(5):
            await both.wait()
        await update.message.reply_text("started")

    async def listen(update, _context):
        heard.append((update.effective_chat.id, update.message.text))
        await update.message.reply_text(f"heard {update.message.text}")

    port = free_port()
    anna, boris = await world.phone("customer"), await world.phone("executor")
    handlers = (CommandHandler("start", start), MessageHandler(filters.TEXT, listen))
    async with idle(world, *handlers) as app:
        # The address is known before anybody listens there: the update is tried, and kept.
        url = world.hook(port, "hook")
        await app.bot.set_webhook(url, secret_token="first")
        await anna.start(world.bot)
        while not (info := await app.bot.get_webhook_info()).last_error_message:
            pass
        same(strict(info).pending_update_count, 1)
        await app.start()
        await app.updater.start_webhook(
            "127.0.0.1",
            port,
            "hook",
            webhook_url=url,
            secret_token="a-Secret_1",
            allowed_updates=Update.ALL_TYPES,
        )
        await boris.start(world.bot)
        await anna.message(world.bot, "started")
        await boris.message(world.bot, "started")
        for text in ("one", "two", "three"):
            await anna.send(world.bot, text)
            await boris.send(world.bot, text)
        for phone in (anna, boris):
            for text in ("one", "two", "three"):
                await phone.message(world.bot, f"heard {text}")
            same([said for chat, said in heard if chat == phone.id], ["one", "two", "three"])
        wrong = {"X-Telegram-Bot-Api-Secret-Token": "wrong", "Content-Type": "application/json"}
        at = f"http://127.0.0.1:{port}/hook"
        async with world.session.post(at, data=b"{}", headers=wrong) as answer:
            same(answer.status, 403)
        same((await app.bot.get_webhook_info()).url, url)
        await app.updater.stop()
        await app.stop()
        await app.bot.delete_webhook()
        same((await app.bot.get_webhook_info()).url, "")

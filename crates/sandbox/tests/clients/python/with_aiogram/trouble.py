"""What goes wrong: refusals, floods, conflicts, restarts."""

import asyncio

from aiogram import Router
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.filters import JOIN_TRANSITION, LEAVE_TRANSITION, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated, Message
from claims import TERMINATED, WEBHOOK_ACTIVE, raises, same
from flows import flow
from phones import Refused

from .common import bot_of, polling


@flow
async def blocked_bot(world):
    router = Router()
    seen = asyncio.Queue()

    @router.my_chat_member(ChatMemberUpdatedFilter(LEAVE_TRANSITION))
    async def blocked(event: ChatMemberUpdated):
        await seen.put(("blocked", event))

    @router.my_chat_member(ChatMemberUpdatedFilter(JOIN_TRANSITION))
    async def unblocked(event: ChatMemberUpdated):
        await seen.put(("unblocked", event))

    async with polling(world, router) as bot:
        phone = await world.phone()
        never = "Forbidden: bot can't initiate conversation with a user"
        with raises(TelegramForbiddenError, never):
            await bot.send_message(phone.id, "hello?")
        await phone.start(world.bot)
        await bot.send_message(phone.id, "hello")
        await phone.act("block", bot=world.bot)
        what, event = await seen.get()
        same((what, event.chat.id, event.from_user.id), ("blocked", phone.id, phone.id))
        same(event.new_chat_member.user.id, world.bot)
        with raises(TelegramForbiddenError, "Forbidden: bot was blocked by the user"):
            await bot.send_message(phone.id, "hello?")
        with raises(Refused, "bot_blocked"):
            await phone.send(world.bot, "you cannot hear me")
        await phone.act("unblock", bot=world.bot)
        same((await seen.get())[0], "unblocked")
        await bot.send_message(phone.id, "again")


@flow
async def flood(world):
    phone = await world.phone()
    await phone.start(world.bot)
    fault = {"bot": world.bot, "method": "sendMessage", "count": 1}
    async with bot_of(world) as bot:
        async with world.faults({**fault, "effect": "too_many", "retry_after": 7}):
            with raises(TelegramRetryAfter, "Too Many Requests: retry after 7") as box:
                await bot.send_message(phone.id, "too fast")
            same(box[0].retry_after, 7)
            await bot.send_message(phone.id, "slower")
        same((await phone.message(world.bot))["text"], "slower")
        async with world.faults({**fault, "effect": "server_error"}):
            with raises(TelegramServerError, "Internal Server Error"):
                await bot.send_message(phone.id, "x")
        async with world.faults({**fault, "effect": "cut"}):
            with raises(TelegramNetworkError):
                await bot.send_message(phone.id, "x")


@flow
async def chat_not_found(world):
    async with bot_of(world) as bot:
        for chat in (123_456_789, -1_001_234_567_890, "@no_such_channel_here"):
            with raises(TelegramBadRequest, "Bad Request: chat not found"):
                await bot.send_message(chat, "anybody?")
            with raises(TelegramBadRequest, "Bad Request: chat not found"):
                await bot.get_chat(chat)
        with raises(TelegramBadRequest, "Bad Request: user not found"):
            await bot.get_user_profile_photos(123_456_789)


@flow
async def polling_conflict(world):
    async with bot_of(world) as bot:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        second = asyncio.create_task(bot.get_updates(timeout=20, allowed_updates=["message"]))
        done, waiting = await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
        with raises(TelegramConflictError, f"Conflict: {TERMINATED}"):
            await done.pop()
        # The newer one goes on.
        phone = await world.phone()
        await phone.start(world.bot)
        [update] = await waiting.pop()
        same(update.message.text, "/start")
        await bot.set_webhook("https://example.org/hook")
        with raises(TelegramConflictError, f"Conflict: {WEBHOOK_ACTIVE}"):
            await bot.get_updates()
        same((await bot.get_webhook_info()).url, "https://example.org/hook")
        assert await bot.delete_webhook(drop_pending_updates=True) is True
        same(await bot.get_updates(), [])
        same((await bot.get_webhook_info()).url, "")


@flow
async def polling_restarted(world):
    heard = []
    news = asyncio.Queue()

    def listener():
        router = Router()

        @router.message()
        async def listen(message: Message):
            heard.append(message.text)
            await news.put(message.text)

        return router

    phone = await world.phone()
    async with polling(world, listener()) as bot:
        await phone.start(world.bot)
        await news.get()
        await phone.send(world.bot, "one")
        await news.get()
        # aiogram confirms what it has seen with its next request.
        while (await bot.get_webhook_info()).pending_update_count:
            pass
    for text in ("two", "three", "four"):
        await phone.send(world.bot, text)
    async with bot_of(world) as bot:
        # Asked for and not confirmed: still there afterwards.
        texts = [update.message.text for update in await bot.get_updates(limit=2)]
        same(texts, ["two", "three"])
        [last] = await bot.get_updates(offset=-1)
        same(last.message.text, "four")
    async with polling(world, listener()):
        await phone.send(world.bot, "five")
        while not heard or heard[-1] != "five":
            await news.get()
    # An offset of -1 forgets what came before the last one.
    same(heard, ["/start", "one", "four", "five"])

"""Channels, the bot's own profile, files."""

import asyncio

from claims import raises, same
from flows import flow
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    ChatMember,
    MenuButtonCommands,
    MenuButtonWebApp,
    MessageOriginChannel,
    WebAppInfo,
)
from telegram.constants import ChatType
from telegram.error import Forbidden
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from .common import idle, polling, refused, strict


@flow
async def channel(world):
    seen = asyncio.Queue()

    async def post(update, _context):
        kind = "edited" if update.edited_channel_post else "post"
        await seen.put((kind, update.effective_message))

    async def member(update, _context):
        await seen.put((update.my_chat_member.new_chat_member.status, update.my_chat_member))

    posts = MessageHandler(filters.UpdateType.CHANNEL_POSTS, post)
    async with polling(world, posts, ChatMemberHandler(member)) as bot:
        owner = await world.phone("channel_owner")
        name = f"ptb_{world.bot}_channel"
        made = (await owner.act("create_channel", title="News", username=name))["chat"]["id"]
        rights = {"can_post_messages": True, "can_edit_messages": True}
        await owner.act("set_admin", chat=made, user=world.bot, rights=rights)
        what, event = await seen.get()
        same((what, event.chat.type), (ChatMember.ADMINISTRATOR, ChatType.CHANNEL))
        sent = strict(await bot.send_message(f"@{name}", "first post"))
        same((sent.chat.id, sent.sender_chat.id, sent.from_user), (made, made, None))
        own = (await owner.act("post", chat=made, text="owner's"))["message"]["message_id"]
        what, message = await seen.get()
        same((what, message.text, message.message_id), ("post", "owner's", own))
        await owner.act("edit", chat=made, message=own, text="owner's, mended")
        what, message = await seen.get()
        same((what, message.text), ("edited", "owner's, mended"))
        await owner.start(world.bot)
        origin = strict(await bot.forward_message(owner.id, made, own)).forward_origin
        assert isinstance(origin, MessageOriginChannel) and origin.message_id == own
        me = strict(await bot.get_chat_member(made, world.bot))
        assert me.can_post_messages and not me.can_delete_messages
        admins = strict(await bot.get_chat_administrators(made))
        same({one.status: one.user.id for one in admins}, {"creator": owner.id, "administrator": world.bot})
        same(await bot.get_chat_member_count(made), 2)
        full = strict(await bot.get_chat(made))
        same((full.title, full.link), ("News", f"https://t.me/{name}"))
        # Not allowed to delete posts of others.
        with refused("message can't be deleted"):
            await bot.delete_message(made, own)
        assert await sent.delete()
        await owner.act("set_admin", chat=made, user=world.bot, rights=None)
        what, event = await seen.get()
        assert what in (ChatMember.LEFT, ChatMember.BANNED), what
        with raises(Forbidden, "Forbidden: bot "):
            await bot.send_message(made, "and now?")


@flow
async def commands_menu_and_profile(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with idle(world) as app:
        bot = app.bot
        english, russian = [BotCommand("help", "How")], [BotCommand("help", "Как")]
        assert await bot.set_my_commands([("help", "How")])
        await bot.set_my_commands(russian, BotCommandScopeAllPrivateChats(), "ru")
        same(strict(await bot.get_my_commands()), tuple(english))
        same(await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "ru"), tuple(russian))
        shown = await phone.shown_bot(world.bot)
        same([one["description"] for one in shown["commands"]], ["Как"])
        # The person changes their language and sees the other ones.
        await phone.act("language", language_code="en")
        shown = await phone.shown_bot(world.bot)
        same([one["description"] for one in shown["commands"]], ["How"])
        await phone.act("language", language_code="ru")
        assert await bot.delete_my_commands()
        same(await bot.get_my_commands(), ())
        button = MenuButtonWebApp("Shop", WebAppInfo("https://app.example.org/"))
        assert await bot.set_chat_menu_button(phone.id, button)
        same(await bot.get_chat_menu_button(phone.id), button)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        same(await bot.get_chat_menu_button(), MenuButtonCommands())
        await bot.set_my_name("Tea shop")
        same((await bot.get_my_name()).name, "Tea shop")
        await bot.set_my_short_description("Tea", "ru")
        same((await bot.get_my_short_description("ru")).short_description, "Tea")
        with refused("BOT_COMMAND_INVALID"):
            await bot.set_my_commands([("No Spaces", "x")])


@flow
async def files(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with idle(world) as app:
        sent = strict(
            await app.bot.send_document(phone.id, b"a,b\n", caption="table", filename="t.csv")
        )
        same((sent.document.file_name, sent.document.file_size, sent.caption), ("t.csv", 4, "table"))
        file = strict(await sent.document.get_file())
        same(bytes(await file.download_as_bytearray()), b"a,b\n")
        again = await app.bot.send_document(phone.id, sent.document)
        same(again.document.file_unique_id, sent.document.file_unique_id)
        edited = strict(await sent.edit_caption("*a table*", parse_mode="MarkdownV2"))
        same(edited.caption_entities[0].type, "bold")
        with refused(""):
            await app.bot.get_file("no-such-file")

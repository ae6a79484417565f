"""Channels, groups, the bot's own profile and files."""

import asyncio

from aiogram import Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BufferedInputFile,
    ChatMemberAdministrator,
    ChatMemberOwner,
    ChatMemberUpdated,
    MenuButtonCommands,
    MenuButtonDefault,
    MenuButtonWebApp,
    Message,
    MessageOriginChannel,
    WebAppInfo,
)
from claims import raises, same
from flows import flow

from .common import bot_of, plain, polling

RIGHTS = {
    "can_post_messages": True,
    "can_edit_messages": True,
    "can_delete_messages": True,
}


@flow
async def channel(world):
    router = Router()
    seen = asyncio.Queue()

    @router.channel_post()
    async def post(message: Message):
        await seen.put(("post", message))

    @router.edited_channel_post()
    async def edited(message: Message):
        await seen.put(("edited", message))

    @router.my_chat_member()
    async def member(event: ChatMemberUpdated):
        await seen.put((event.new_chat_member.status, event))

    async with polling(world, router) as bot:
        owner = await world.phone("channel_owner")
        name = f"flow_{world.bot}_channel"
        made = (await owner.act("create_channel", title="News", username=name))["chat"]["id"]
        with raises(TelegramForbiddenError, "Forbidden: bot is not a member of the channel chat"):
            await bot.send_message(made, "let me in")
        await owner.act("set_admin", chat=made, user=world.bot, rights=RIGHTS)
        what, event = await seen.get()
        same((what, event.chat.id), (ChatMemberStatus.ADMINISTRATOR, made))
        same(event.chat.type, ChatType.CHANNEL)
        sent = await bot.send_message(f"@{name}", "first post")
        same((sent.chat.id, sent.sender_chat.id, sent.from_user), (made, made, None))
        fixed = await sent.edit_text("first post, mended")
        assert fixed.edit_date
        own = await owner.act("post", chat=made, text="owner's post")
        what, message = await seen.get()
        same((what, message.text, message.chat.username), ("post", "owner's post", name))
        number = own["message"]["message_id"]
        await owner.act("edit", chat=made, message=number, text="owner's post, mended")
        what, message = await seen.get()
        same((what, message.text), ("edited", "owner's post, mended"))
        assert message.edit_date
        await owner.start(world.bot)
        forwarded = await bot.forward_message(owner.id, made, number)
        origin = forwarded.forward_origin
        assert isinstance(origin, MessageOriginChannel)
        same((origin.chat.id, origin.message_id), (made, number))

        me = await bot.get_chat_member(made, world.bot)
        assert isinstance(me, ChatMemberAdministrator) and me.can_post_messages
        assert not me.can_promote_members and me.user.id == world.bot
        admins = await bot.get_chat_administrators(made)
        kinds = {type(one): one.user.id for one in admins}
        same(kinds, {ChatMemberOwner: owner.id, ChatMemberAdministrator: world.bot})
        same(await bot.get_chat_member_count(made), 2)
        full = await bot.get_chat(made)
        same((full.title, full.username, full.type), ("News", name, ChatType.CHANNEL))
        stranger = await world.phone("executor", 1)
        same((await bot.get_chat_member(made, stranger.id)).status, ChatMemberStatus.LEFT)
        await owner.act("add_member", chat=made, user=stranger.id)
        same((await bot.get_chat_member(made, stranger.id)).status, ChatMemberStatus.MEMBER)

        # A person deletes a post: the cache still has it, and forwarding does not.
        await owner.act("delete", chat=made, message=number)
        await bot.copy_message(owner.id, made, number)
        with raises(TelegramBadRequest, "Bad Request: message to forward not found"):
            await bot.forward_message(owner.id, made, number)

        await owner.act("remove_member", chat=made, user=world.bot)
        what, event = await seen.get()
        assert what in (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED), what
        with raises(TelegramForbiddenError, "Forbidden: bot "):
            await bot.send_message(made, "and now?")
        with raises(TelegramBadRequest, "Bad Request: message to forward not found"):
            await bot.forward_message(owner.id, made, sent.message_id)


@flow
async def group(world):
    router = Router()
    seen = asyncio.Queue()

    @router.message(Command("ping"))
    async def ping(message: Message):
        await message.reply("pong")
        await seen.put(message)

    async with polling(world, router) as bot:
        owner = await world.phone("customer")
        friend = await world.phone("executor")
        made = (await owner.act("create_group", title="Friends"))["chat"]["id"]
        await owner.act("add_member", chat=made, user=friend.id)
        await owner.act("add_member", chat=made, user=world.bot)
        await friend.send(made, f"/ping@{world.username}")
        pong = await owner.message(made, "pong")
        assert "reply_to_message" in pong, pong
        message = await seen.get()
        same((message.chat.id, message.from_user.id), (made, friend.id))
        pinned = (await bot.send_message(made, "read this")).message_id
        assert isinstance((await bot.get_chat_member(made, friend.id)).status, str)
        same(await bot.get_chat_member_count(made), 3)
        with raises(TelegramBadRequest, "Bad Request: "):
            await bot.pin_chat_message(made, pinned)
        assert await bot.leave_chat(made) is True
        with raises(TelegramForbiddenError, "Forbidden: bot "):
            await bot.send_message(made, "gone?")


@flow
async def commands_menu_and_profile(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with bot_of(world) as bot:
        english = [BotCommand(command="help", description="How it works")]
        russian = [BotCommand(command="help", description="Как это работает")]
        own = [BotCommand(command="admin", description="For one chat")]
        private = BotCommandScopeAllPrivateChats()
        assert await bot.set_my_commands(english) is True
        await bot.set_my_commands(russian, language_code="ru")
        await bot.set_my_commands(russian, scope=private, language_code="ru")
        same(plain(await bot.get_my_commands()), plain(english))
        same(plain(await bot.get_my_commands(language_code="ru")), plain(russian))
        same(plain(await bot.get_my_commands(scope=private, language_code="ru")), plain(russian))
        same(plain(await bot.get_my_commands(scope=private)), plain([]))
        shown = await phone.shown_bot(world.bot)
        same([one["description"] for one in shown["commands"]], ["Как это работает"])
        await bot.set_my_commands(own, scope=BotCommandScopeChat(chat_id=phone.id))
        shown = await phone.shown_bot(world.bot)
        same([one["command"] for one in shown["commands"]], ["admin"])
        await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=phone.id))
        await bot.delete_my_commands(scope=private, language_code="ru")
        await bot.delete_my_commands(language_code="ru")
        shown = await phone.shown_bot(world.bot)
        same([one["description"] for one in shown["commands"]], ["How it works"])
        with raises(TelegramBadRequest, "BOT_COMMAND_INVALID"):
            await bot.set_my_commands([BotCommand(command="No Spaces", description="x")])

        assert isinstance(await bot.get_chat_menu_button(), (MenuButtonDefault, MenuButtonCommands))
        app = WebAppInfo(url="https://app.example.org/")
        button = MenuButtonWebApp(text="Shop", web_app=app)
        assert await bot.set_chat_menu_button(chat_id=phone.id, menu_button=button) is True
        same(plain(await bot.get_chat_menu_button(chat_id=phone.id)), plain(button))
        menu = (await phone.shown_bot(world.bot))["menu_button"]
        same((menu["type"], menu["text"], menu["web_app"]["url"]), ("web_app", "Shop", app.url))
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        assert isinstance(await bot.get_chat_menu_button(), MenuButtonCommands)

        await bot.set_my_name("Tea shop")
        await bot.set_my_name("Чайная", language_code="ru")
        same((await bot.get_my_name()).name, "Tea shop")
        same((await bot.get_my_name(language_code="ru")).name, "Чайная")
        await bot.set_my_description("Sells tea")
        await bot.set_my_short_description("Tea")
        same((await bot.get_my_description()).description, "Sells tea")
        same((await bot.get_my_short_description()).short_description, "Tea")


@flow
async def files(world):
    phone = await world.phone()
    await phone.start(world.bot)
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
        "789c63f8cfc000000301010018dd8db00000000049454e44ae426082"
    )
    async with bot_of(world) as bot:
        upload = BufferedInputFile(pixel, filename="dot.png")
        sent = await bot.send_photo(phone.id, upload, caption="<b>a dot</b>", parse_mode="HTML")
        same((sent.caption, sent.caption_entities[0].type), ("a dot", "bold"))
        photo = sent.photo[-1]
        got = await bot.download(photo)
        assert got.read() == pixel or photo.file_size, "the file comes back"
        again = await bot.send_photo(phone.id, photo.file_id)
        same(again.photo[-1].file_unique_id, photo.file_unique_id)
        edited = await sent.edit_caption(caption="one dot")
        same(edited.caption, "one dot")
        document = BufferedInputFile(b"a,b\n1,2\n", filename="table.csv")
        sent = await bot.send_document(phone.id, document)
        same((sent.document.file_name, sent.document.file_size), ("table.csv", 8))
        file = await bot.get_file(sent.document.file_id)
        got = await bot.download_file(file.file_path)
        same(got.read(), b"a,b\n1,2\n")
        with raises(TelegramBadRequest, "Bad Request: "):
            await bot.get_file("no-such-file")
        shown = await phone.message(world.bot, "a dot")
        assert shown["photo"], shown

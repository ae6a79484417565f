"""Buttons below messages, edits, copies, Mini Apps."""

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    MessageOriginUser,
    WebAppInfo,
)
from aiogram.utils.keyboard import InlineKeyboardBuilder
from aiogram.utils.web_app import check_webapp_signature, safe_parse_webapp_init_data
from claims import NOT_MODIFIED, raises, same
from flows import flow

from .common import bot_of, plain, polling


class Vote(CallbackData, prefix="vote"):
    choice: str
    number: int


def choices():
    builder = InlineKeyboardBuilder()
    for choice in ("toast", "alert", "edit"):
        builder.button(text=choice, callback_data=Vote(choice=choice, number=7))
    builder.button(text="site", url="https://example.org/")
    builder.adjust(3, 1)
    return builder.as_markup()


@flow
async def inline_keyboard(world):
    router = Router()
    seen = []

    @router.message(CommandStart())
    async def start(message: Message):
        sent = await message.answer("Vote", reply_markup=choices())
        same(plain(sent.reply_markup), plain(choices()))

    @router.callback_query(Vote.filter(F.choice == "toast"))
    async def toast(query: CallbackQuery, callback_data: Vote):
        seen.append(query)
        await query.answer(f"number {callback_data.number}")

    @router.callback_query(Vote.filter(F.choice == "alert"))
    async def alert(query: CallbackQuery):
        await query.answer("Careful!", show_alert=True)

    @router.callback_query(Vote.filter(F.choice == "edit"))
    async def edit(query: CallbackQuery):
        again = InlineKeyboardButton(text="done", callback_data="done")
        done = InlineKeyboardMarkup(inline_keyboard=[[again]])
        edited = await query.message.edit_text("Voted", reply_markup=done)
        assert edited.edit_date is not None and edited.text == "Voted"
        await query.answer()

    @router.callback_query(F.data == "done")
    async def done(query: CallbackQuery):
        edited = await query.message.edit_reply_markup(reply_markup=None)
        assert edited.reply_markup is None
        await query.answer()

    async with polling(world, router) as bot:
        phone = await world.phone()
        await phone.start(world.bot)
        asked = await phone.message(world.bot, "Vote")
        said = await phone.tap_and_see(world.bot, asked, "toast")
        same((said["text"], said["show_alert"]), ("number 7", False))
        said = await phone.tap_and_see(world.bot, asked, "alert")
        same((said["text"], said["show_alert"]), ("Careful!", True))
        same(await phone.tap(world.bot, asked, "site"), {"open": "https://example.org/"})
        said = await phone.tap_and_see(world.bot, asked, "edit")
        assert not said.get("text"), said
        voted = await phone.edited(world.bot, "Voted")
        same(voted["message_id"], asked["message_id"])
        await phone.tap_and_see(world.bot, voted, "done")
        bare = await phone.edited(world.bot, "Voted")
        assert "reply_markup" not in bare, bare
        query = seen[0]
        same((query.from_user.id, query.message.text), (phone.id, "Vote"))
        assert int(query.chat_instance) and int(query.id)
        too_old = "query is too old and response timeout expired or query ID is invalid"
        with raises(TelegramBadRequest, f"Bad Request: {too_old}"):
            await bot.answer_callback_query("1234567890")


@flow
async def edit_without_a_change(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with bot_of(world) as bot:
        sent = await bot.send_message(phone.id, "same", reply_markup=choices())
        with raises(TelegramBadRequest, f"Bad Request: {NOT_MODIFIED}"):
            await sent.edit_text("same", reply_markup=choices())
        with raises(TelegramBadRequest, f"Bad Request: {NOT_MODIFIED}"):
            await sent.edit_reply_markup(reply_markup=choices())
        # Without the buttons it is another message.
        assert (await sent.edit_text("same")).reply_markup is None
        with raises(TelegramBadRequest, "Bad Request: message to edit not found"):
            await bot.edit_message_text("x", chat_id=phone.id, message_id=99_999)
        own = await phone.send(world.bot, "mine")
        with raises(TelegramBadRequest, "Bad Request: message can't be edited"):
            await bot.edit_message_text("x", chat_id=phone.id, message_id=own["message_id"])
        for data, said in (("x" * 65, "BUTTON_DATA_INVALID"), (None, "Text buttons are unallowed")):
            button = InlineKeyboardButton(text="x", callback_data=data)
            markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
            with raises(TelegramBadRequest, said):
                await bot.send_message(phone.id, "x", reply_markup=markup)


@flow
async def forward_copy_delete(world):
    anna, boris = await world.phone("customer"), await world.phone("executor")
    await anna.start(world.bot)
    await boris.start(world.bot)
    async with bot_of(world) as bot:
        own = await anna.send(world.bot, "pass it on")
        forwarded = await bot.forward_message(boris.id, anna.id, own["message_id"])
        origin = forwarded.forward_origin
        assert isinstance(origin, MessageOriginUser) and origin.sender_user.id == anna.id
        same(forwarded.text, "pass it on")
        shown = await boris.message(world.bot, "pass it on")
        same(shown["forward_origin"]["type"], "user")
        markup = InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="+", callback_data="+")]]
        )
        copied = await bot.copy_message(
            boris.id, anna.id, own["message_id"], reply_markup=markup
        )
        copy = await boris.message(world.bot, "pass it on")
        same(copy["message_id"], copied.message_id)
        assert "forward_origin" not in copy and copy["reply_markup"]["inline_keyboard"]
        assert await bot.delete_message(boris.id, copied.message_id) is True
        await boris.deleted(world.bot, copied.message_id)
        sent = [(await bot.send_message(boris.id, str(i))).message_id for i in range(3)]
        both = await bot.copy_messages(anna.id, boris.id, sent[:2])
        same(len(both), 2)
        same(len(await bot.forward_messages(anna.id, boris.id, sent[:2])), 2)
        assert await bot.delete_messages(boris.id, sent) is True
        with raises(TelegramBadRequest, "Bad Request: message to forward not found"):
            await bot.forward_message(anna.id, boris.id, 99_999)
        with raises(TelegramBadRequest, "Bad Request: message to copy not found"):
            await bot.copy_message(anna.id, boris.id, 99_999)
        with raises(TelegramBadRequest, "Bad Request: message to delete not found"):
            await bot.delete_message(boris.id, 99_999)
        protected = await bot.send_message(anna.id, "here only", protect_content=True)
        assert protected.has_protected_content is True


@flow
async def mini_app(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with bot_of(world) as bot:
        app = WebAppInfo(url="https://app.example.org/")
        button = InlineKeyboardButton(text="Open", web_app=app)
        markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
        await bot.send_message(phone.id, "App", reply_markup=markup)
        shown = await phone.message(world.bot, "App")
        opened = (await phone.tap(world.bot, shown, "Open"))["web_app"]
        same(opened["url"], app.url)
        assert check_webapp_signature(world.token, opened["init_data"])
        assert not check_webapp_signature("1:other", opened["init_data"])
        data = safe_parse_webapp_init_data(world.token, opened["init_data"])
        same((data.user.id, data.user.first_name), (phone.id, phone.person["first_name"]))
        article = InlineQueryResultArticle(
            id="1",
            title="Result",
            input_message_content=InputTextMessageContent(message_text="from the app"),
        )
        sent = await bot.answer_web_app_query(data.query_id, article)
        assert sent.inline_message_id is None, "there is no keyboard with it"
        await phone.event(
            "what the app sent",
            "message",
            where=lambda event: event["message"].get("text") == "from the app",
        )
        [update] = await bot.get_updates(offset=-1)
        same((update.message.text, update.message.via_bot.id), ("from the app", world.bot))
        with raises(TelegramBadRequest, "Bad Request: "):
            await bot.answer_web_app_query(data.query_id, article)

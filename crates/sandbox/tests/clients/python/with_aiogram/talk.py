"""Words: being started, markup, conversations."""

import asyncio

from aiogram import BaseMiddleware, F, Router, html
from aiogram.enums import ChatAction, ContentType, ParseMode
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound, TelegramUnauthorizedError
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SendMessage
from aiogram.types import (
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from aiogram.utils.deep_linking import create_start_link
from claims import (
    BROKEN_HTML,
    BROKEN_MARKDOWN,
    HTML,
    HTML_ENTITIES,
    HTML_TEXT,
    MARKDOWN,
    MARKDOWN_ENTITIES,
    MARKDOWN_TEXT,
    raises,
    same,
)
from flows import flow

from .common import bot_of, polling, spots


@flow
async def me_and_wrong_tokens(world):
    async with bot_of(world) as bot:
        me = await bot.get_me()
        same((me.id, me.is_bot, me.username), (world.bot, True, world.username))
        flags = (me.can_join_groups, me.can_read_all_group_messages, me.supports_inline_queries)
        assert None not in flags, flags
    async with bot_of(world, f"{world.bot}:wrong") as bot:
        with raises(TelegramUnauthorizedError, "Unauthorized"):
            await bot.get_me()


@flow
async def start_and_deep_link(world):
    router = Router()

    @router.message(CommandStart(deep_link=True))
    async def deep(message: Message, command: CommandObject):
        await message.answer(f"came for {command.args}")

    @router.message(CommandStart())
    async def start(message: Message):
        text = f"Hello, {html.bold(message.from_user.full_name)}"
        await message.answer(text, parse_mode=ParseMode.HTML)

    async with polling(world, router) as bot:
        phone = await world.phone()
        await phone.start(world.bot)
        hello = await phone.message(world.bot, "Hello")
        name = f"{phone.person['first_name']} {phone.person['last_name']}"
        same(hello["text"], f"Hello, {name}")
        same(hello["entities"][0]["length"], len(name))
        link = await create_start_link(bot, "order_7")
        followed = await phone.act("follow", link=link)
        same(followed["start"], {"bot": world.bot, "payload": "order_7"})
        await phone.start(**followed["start"])
        await phone.message(world.bot, "came for order_7")


@flow
async def html_and_markdown(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with bot_of(world) as bot:
        sent = await bot.send_message(phone.id, HTML, parse_mode=ParseMode.HTML)
        same(sent.text, HTML_TEXT)
        same(spots(sent.entities), HTML_ENTITIES)
        again = await bot.send_message(phone.id, sent.html_text, parse_mode=ParseMode.HTML)
        # aiogram writes <code language="…">, and to Telegram this is a <code> that says nothing.
        same(spots(again.entities), [(*e[:3], {}) if e[0] == "pre" else e for e in HTML_ENTITIES])
        sent = await bot.send_message(phone.id, MARKDOWN, parse_mode=ParseMode.MARKDOWN_V2)
        same(sent.text, MARKDOWN_TEXT)
        same(spots(sent.entities), MARKDOWN_ENTITIES)
        again = await bot.send_message(phone.id, sent.text, entities=sent.entities, parse_mode=None)
        same(spots(again.entities), MARKDOWN_ENTITIES)
        plain = "see https://example.org or www.example.org, /help, @somebody #tag, me@example.org"
        plain = await bot.send_message(phone.id, plain)
        kinds = ["url", "url", "bot_command", "mention", "hashtag", "email"]
        same([entity.type for entity in plain.entities], kinds)
        seen = await phone.message(world.bot, "bold both")
        same([e["type"] for e in seen["entities"]], [e[0] for e in HTML_ENTITIES])


@flow
async def broken_markup(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with bot_of(world) as bot:
        for mode, cases in ((ParseMode.HTML, BROKEN_HTML), (ParseMode.MARKDOWN_V2, BROKEN_MARKDOWN)):
            for text, said in cases:
                with raises(TelegramBadRequest, f"Bad Request: {said}"):
                    await bot.send_message(phone.id, text, parse_mode=mode)
        with raises(TelegramBadRequest, "Bad Request: message text is empty"):
            await bot.send_message(phone.id, " \n ")
        with raises(TelegramBadRequest, "Bad Request: message is too long"):
            await bot.send_message(phone.id, "x" * 4097)
        with raises(TelegramBadRequest, "Bad Request: unsupported parse_mode"):
            await bot.send_message(phone.id, "x", parse_mode="BBCode")
        with raises(TelegramNotFound, "Not Found"):
            await bot(Unheard(chat_id=phone.id, text="?"))


class Unheard(SendMessage):
    """A method that there is not."""

    __api_method__ = "sendNothing"


class Form(StatesGroup):
    name = State()
    age = State()


class Counting(BaseMiddleware):
    """Gives handlers the number of messages so far."""

    def __init__(self):
        self.count = 0

    async def __call__(self, handler, event, data):
        self.count += 1
        return await handler(event, {**data, "count": self.count})


@flow
async def conversation_and_middleware(world):
    router = Router()
    router.message.middleware(Counting())

    @router.message(Command("form"))
    async def form(message: Message, state: FSMContext):
        await state.set_state(Form.name)
        await message.answer("Your name?")

    @router.message(Command("cancel"))
    async def cancel(message: Message, state: FSMContext):
        await state.clear()
        await message.answer("Cancelled")

    @router.message(Form.name)
    async def name(message: Message, state: FSMContext):
        await state.update_data(name=message.text)
        await state.set_state(Form.age)
        await message.reply("Your age?")

    @router.message(Form.age, F.text.isdigit())
    async def age(message: Message, state: FSMContext, count: int):
        data = await state.get_data()
        await state.clear()
        await message.answer(f"{data['name']}, {message.text}, after {count}")

    @router.message(Form.age)
    async def not_an_age(message: Message):
        await message.answer("A number, please")

    async with polling(world, router):
        # Two people at once: each has an own conversation.
        anna, boris = await world.phone("customer"), await world.phone("executor")

        async def fill(phone, said):
            await phone.send(world.bot, "/form")
            await phone.message(world.bot, "Your name?")
            own = await phone.send(world.bot, said)
            asked = await phone.message(world.bot, "Your age?")
            same(asked["reply_to_message"]["message_id"], own["message_id"])
            await phone.send(world.bot, "old")
            await phone.message(world.bot, "A number")
            await phone.send(world.bot, "33")
            return (await phone.message(world.bot, "33, after"))["text"]

        said = await asyncio.gather(fill(anna, "A"), fill(boris, "B"))
        same([one[:5] for one in said], ["A, 33", "B, 33"])
        assert any(one.endswith("after 8") for one in said), said


@flow
async def reply_keyboard(world):
    router = Router()

    @router.message(CommandStart())
    async def start(message: Message):
        keyboard = ReplyKeyboardMarkup(
            keyboard=[[KeyboardButton(text="Tea"), KeyboardButton(text="Coffee")]],
            resize_keyboard=True,
            input_field_placeholder="What to drink?",
        )
        await message.answer("Choose", reply_markup=keyboard)

    @router.message(F.text == "Tea")
    async def tea(message: Message):
        sent = await message.reply("Here is tea", reply_markup=ReplyKeyboardRemove())
        assert sent.reply_markup is None, "bots are not shown reply keyboards"
        assert sent.reply_to_message.text == "Tea"

    async with polling(world, router) as bot:
        phone = await world.phone()
        await phone.start(world.bot)
        asked = await phone.message(world.bot, "Choose")
        buttons = asked["reply_markup"]["keyboard"][0]
        same([button["text"] for button in buttons], ["Tea", "Coffee"])
        await phone.act("keyboard", chat=world.bot, text=buttons[0]["text"])
        removed = await phone.message(world.bot, "Here is tea")
        same(removed["reply_markup"], {"remove_keyboard": True})
        with raises(TelegramBadRequest, "Bad Request: message to be replied not found"):
            await bot.send_message(
                phone.id, "?", reply_parameters=ReplyParameters(message_id=9_999)
            )
        lost = ReplyParameters(message_id=9_999, allow_sending_without_reply=True)
        sent = await bot.send_message(phone.id, "anyway", reply_parameters=lost)
        assert sent.reply_to_message is None and sent.content_type == ContentType.TEXT
        assert await bot.send_chat_action(phone.id, ChatAction.TYPING) is True

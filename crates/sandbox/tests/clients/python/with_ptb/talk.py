"""Words, buttons, conversations."""

import asyncio

from claims import (
    BROKEN_HTML,
    BROKEN_MARKDOWN,
    HTML,
    HTML_ENTITIES,
    HTML_TEXT,
    MARKDOWN,
    MARKDOWN_ENTITIES,
    MARKDOWN_TEXT,
    NOT_MODIFIED,
    raises,
    same,
)
from flows import flow
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageOriginUser,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import InvalidToken
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.helpers import create_deep_linked_url, escape_markdown

from .common import build, idle, polling, refused, spots, strict


@flow
async def me_and_wrong_tokens(world):
    async with idle(world) as app:
        me = strict(await app.bot.get_me())
        same((me.id, me.is_bot, me.username), (world.bot, True, world.username))
        same(app.bot.link, f"https://t.me/{world.username}")
    wrong = build(world, f"{world.bot}:wrong")
    with raises(InvalidToken):
        await wrong.initialize()


@flow
async def start_and_deep_link(world):
    async def start(update, context):
        said = f"came for {context.args[0]}" if context.args else "Hello"
        name = escape_markdown(f"{update.effective_user.full_name}!", version=2)
        await update.message.reply_markdown_v2(f"{escape_markdown(said, version=2)} *{name}*")

    async with polling(world, CommandHandler("start", start)):
        phone = await world.phone()
        await phone.start(world.bot)
        hello = await phone.message(world.bot, "Hello")
        assert hello["entities"][0]["type"] == "bold" and hello["text"].endswith("!")
        link = create_deep_linked_url(world.username, "order_7")
        followed = await phone.act("follow", link=link)
        await phone.start(**followed["start"])
        await phone.message(world.bot, "came for order_7")


@flow
async def html_and_markdown(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with idle(world) as app:
        bot = app.bot
        sent = strict(await bot.send_message(phone.id, HTML, parse_mode=ParseMode.HTML))
        same((sent.text, spots(sent.entities)), (HTML_TEXT, HTML_ENTITIES))
        again = await bot.send_message(phone.id, sent.text_html, parse_mode=ParseMode.HTML)
        # The client writes class="rust" without "language-", and Telegram wants that.
        same(spots(again.entities), [(*e[:3], {}) if e[0] == "pre" else e for e in HTML_ENTITIES])
        sent = await bot.send_message(phone.id, MARKDOWN, parse_mode=ParseMode.MARKDOWN_V2)
        same((sent.text, spots(sent.entities)), (MARKDOWN_TEXT, MARKDOWN_ENTITIES))
        # The client cuts texts by UTF-16 units, as it should.
        same(sent.parse_entity(sent.entities[8]), "after a pair")
        again = await bot.send_message(phone.id, sent.text, entities=sent.entities)
        same(spots(again.entities), MARKDOWN_ENTITIES)


@flow
async def broken_markup(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with idle(world) as app:
        for mode, cases in ((ParseMode.HTML, BROKEN_HTML), (ParseMode.MARKDOWN_V2, BROKEN_MARKDOWN)):
            for text, said in cases:
                with refused(said):
                    await app.bot.send_message(phone.id, text, parse_mode=mode)
        with refused("message text is empty"):
            await app.bot.send_message(phone.id, "")
        with refused("message is too long"):
            await app.bot.send_message(phone.id, "x" * 4097)


def vote():
    labels = ("toast", "alert", "edit")
    return InlineKeyboardMarkup([[InlineKeyboardButton(x, callback_data=x) for x in labels]])


@flow
async def inline_keyboard(world):
    async def start(update, _context):
        await update.message.reply_text("Vote", reply_markup=vote())

    async def toast(update, _context):
        await update.callback_query.answer("counted")

    async def alert(update, _context):
        await update.callback_query.answer("Careful!", show_alert=True)

    async def edit(update, _context):
        query = update.callback_query
        await query.answer()
        done = InlineKeyboardMarkup.from_button(InlineKeyboardButton("done", callback_data="done"))
        edited = strict(await query.edit_message_text("Voted", reply_markup=done))
        same((edited.text, edited.reply_markup), ("Voted", done))

    async def done(update, _context):
        await update.callback_query.edit_message_reply_markup(None)
        await update.callback_query.answer()

    handlers = [CallbackQueryHandler(f, f"^{f.__name__}$") for f in (toast, alert, edit, done)]
    async with polling(world, CommandHandler("start", start), *handlers) as bot:
        phone = await world.phone()
        await phone.start(world.bot)
        asked = await phone.message(world.bot, "Vote")
        said = await phone.tap_and_see(world.bot, asked, "toast")
        same((said["text"], said["show_alert"]), ("counted", False))
        said = await phone.tap_and_see(world.bot, asked, "alert")
        same((said["text"], said["show_alert"]), ("Careful!", True))
        await phone.tap_and_see(world.bot, asked, "edit")
        voted = await phone.edited(world.bot, "Voted")
        await phone.tap_and_see(world.bot, voted, "done")
        assert "reply_markup" not in await phone.edited(world.bot, "Voted")
        with refused("query is too old and response timeout expired or query ID is invalid"):
            await bot.answer_callback_query("1234567890")


@flow
async def edit_without_a_change(world):
    phone = await world.phone()
    await phone.start(world.bot)
    async with idle(world) as app:
        sent = await app.bot.send_message(phone.id, "same", reply_markup=vote())
        with refused(NOT_MODIFIED):
            await sent.edit_text("same", reply_markup=vote())
        with refused(NOT_MODIFIED):
            await sent.edit_reply_markup(vote())
        edited = strict(await sent.edit_text("other", reply_markup=vote()))
        assert edited.edit_date >= edited.date
        with refused("message to edit not found"):
            await app.bot.edit_message_text("x", phone.id, 99_999)


@flow
async def reply_keyboard(world):
    async def start(update, _context):
        keyboard = ReplyKeyboardMarkup([["Tea", "Coffee"]], one_time_keyboard=True)
        await update.message.reply_text("Choose", reply_markup=keyboard)

    async def tea(update, _context):
        await update.message.reply_text(
            "Here is tea", do_quote=True, reply_markup=ReplyKeyboardRemove()
        )

    tea = MessageHandler(filters.Regex("^Tea$"), tea)
    async with polling(world, CommandHandler("start", start), tea) as bot:
        phone = await world.phone()
        await phone.start(world.bot)
        asked = await phone.message(world.bot, "Choose")
        same([[one["text"] for one in row] for row in asked["reply_markup"]["keyboard"]], [["Tea", "Coffee"]])
        await phone.act("keyboard", chat=world.bot, text="Tea")
        removed = await phone.message(world.bot, "Here is tea")
        same(removed["reply_to_message"]["text"], "Tea")
        same(removed["reply_markup"], {"remove_keyboard": True})
        assert await bot.send_chat_action(phone.id, ChatAction.TYPING)


@flow
async def forward_copy_delete(world):
    anna, boris = await world.phone("customer"), await world.phone("executor")
    await anna.start(world.bot)
    await boris.start(world.bot)
    async with idle(world) as app:
        bot = app.bot
        own = await anna.send(world.bot, "pass it on")
        forwarded = strict(await bot.forward_message(boris.id, anna.id, own["message_id"]))
        assert isinstance(forwarded.forward_origin, MessageOriginUser)
        same(forwarded.forward_origin.sender_user.id, anna.id)
        copied = await bot.copy_message(boris.id, anna.id, own["message_id"])
        copy = await boris.event(
            "the copy",
            "message",
            where=lambda e: e["message"]["message_id"] == copied.message_id and e["chat"] == world.bot,
        )
        assert "forward_origin" not in copy["message"]
        assert await bot.delete_message(boris.id, copied.message_id)
        await boris.deleted(world.bot, copied.message_id)
        with refused("message to delete not found"):
            await bot.delete_message(boris.id, 99_999)
        with refused("message to forward not found"):
            await bot.forward_message(anna.id, boris.id, 99_999)
        with refused("message to copy not found"):
            await bot.copy_message(anna.id, boris.id, 99_999)


NAME, AGE = range(2)


@flow
async def conversation_and_middleware(world):
    count = 0

    async def every(_update, _context):
        nonlocal count
        count += 1

    async def form(update, _context):
        await update.message.reply_text("Your name?")
        return NAME

    async def name(update, context):
        context.user_data["name"] = update.message.text
        await update.message.reply_text("Your age?")
        return AGE

    async def age(update, context):
        await update.message.reply_text(f"{context.user_data['name']}, {update.message.text}")
        return ConversationHandler.END

    async def not_an_age(update, _context):
        await update.message.reply_text("A number, please")
        return AGE

    words = filters.TEXT & ~filters.COMMAND
    conversation = ConversationHandler(
        [CommandHandler("form", form)],
        {
            NAME: [MessageHandler(words, name)],
            AGE: [MessageHandler(filters.Regex(r"^\d+$"), age), MessageHandler(words, not_an_age)],
        },
        [],
    )
    async with idle(world, conversation) as app:
        app.add_handler(TypeHandler(object, every), group=-2)
        await app.start()
        await app.updater.start_polling(timeout=10)
        anna, boris = await world.phone("customer"), await world.phone("executor")

        async def fill(phone, said):
            for text, answer in (("/form", "name"), (said, "age"), ("old", "number"), ("33", "33")):
                await phone.send(world.bot, text)
                last = await phone.message(world.bot, answer)
            return last["text"]

        same(await asyncio.gather(fill(anna, "A"), fill(boris, "B")), ["A, 33", "B, 33"])
        same(count, 8)
        await app.updater.stop()
        await app.stop()

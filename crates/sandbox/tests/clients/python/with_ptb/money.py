"""Stars and gifts."""

from claims import same
from flows import flow
from telegram import LabeledPrice, TransactionPartnerUser
from telegram.constants import TransactionPartnerUser as Kinds
from telegram.ext import CommandHandler, MessageHandler, PreCheckoutQueryHandler, filters

from .common import polling, refused, strict

PRICES = [LabeledPrice("Tea", 25)]


def shop(paid):
    async def start(update, context):
        await context.bot.send_invoice(
            update.effective_chat.id, "Tea", "A cup of tea", "tea:1", "XTR", PRICES
        )

    async def asked(update, _context):
        query = update.pre_checkout_query
        if query.invoice_payload.startswith("none:"):
            await query.answer(ok=False, error_message="There is no tea left")
        else:
            await query.answer(ok=True)

    async def bought(update, _context):
        paid.append(update.message.successful_payment)
        await update.message.reply_text("Thank you")

    return (
        CommandHandler("start", start),
        PreCheckoutQueryHandler(asked),
        MessageHandler(filters.SUCCESSFUL_PAYMENT, bought),
    )


@flow
async def invoice_in_stars(world):
    paid = []
    async with polling(world, *shop(paid)) as bot:
        phone = await world.phone()
        await phone.start(world.bot)
        invoice = await phone.message(world.bot)
        assert invoice["reply_markup"]["inline_keyboard"][0][0]["pay"] is True
        place = {"chat": world.bot, "message": invoice["message_id"]}
        await phone.act("add_stars", amount=100)
        same((await phone.act("pay", **place))["status"], "paid")
        await phone.message(world.bot, "Thank you")
        charge = paid[0].telegram_payment_charge_id
        same((paid[0].currency, paid[0].total_amount), ("XTR", 25))
        same(strict(await bot.get_my_star_balance()).amount, 25)
        [bought] = strict(await bot.get_star_transactions()).transactions
        same((bought.id, bought.amount, bought.receiver), (charge, 25, None))
        assert isinstance(bought.source, TransactionPartnerUser)
        same(bought.source.transaction_type, Kinds.INVOICE_PAYMENT)
        same((bought.source.user.id, bought.source.invoice_payload), (phone.id, "tea:1"))
        assert await bot.refund_star_payment(phone.id, charge)
        with refused("CHARGE_ALREADY_REFUNDED"):
            await bot.refund_star_payment(phone.id, charge)
        both = (await bot.get_star_transactions(limit=10)).transactions
        same([(one.id, one.amount) for one in both], [(charge, 25), (charge, 25)])
        same(sum(one.receiver is not None for one in both), 1)
        same((await bot.get_my_star_balance()).amount, 0)


@flow
async def invoice_by_link_refused_and_paid(world):
    paid = []
    async with polling(world, *shop(paid)) as bot:
        phone = await world.phone("executor")
        await phone.start(world.bot)
        await phone.act("add_stars", amount=25)

        def link(payload):
            return bot.create_invoice_link("Tea", "A cup of tea", payload, "XTR", PRICES)

        refusal = await phone.act("pay", link=await link("none:2"))
        same((refusal["status"], refusal["error"]), ("failed", "There is no tea left"))
        same((await phone.act("pay", link=await link("some:3")))["status"], "paid")
        await phone.message(world.bot, "Thank you")
        same([one.invoice_payload for one in paid], ["some:3"])
        with refused(""):
            await bot.create_invoice_link("Tea", "Tea", "x", "XTR", PRICES * 2)


@flow
async def gifts(world):
    async with polling(world) as bot:
        phone = await world.phone()
        await phone.start(world.bot)
        offered = strict(await bot.get_available_gifts()).gifts
        assert offered and all(one.star_count > 0 and one.sticker.file_id for one in offered)
        with refused("BALANCE_TOO_LOW"):
            await bot.send_gift(offered[0], user_id=phone.id)

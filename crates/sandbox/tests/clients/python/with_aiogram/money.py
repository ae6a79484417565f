"""Stars and gifts."""

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import CommandStart
from aiogram.types import (
    LabeledPrice,
    Message,
    PreCheckoutQuery,
    TransactionPartnerUser,
)
from claims import raises, same
from flows import flow

from .common import bot_of, polling


def shop(paid):
    """A bot that sells tea, and refuses when there is none."""
    router = Router()

    @router.message(CommandStart())
    async def start(message: Message):
        await message.answer_invoice(
            title="Tea",
            description="A cup of tea",
            payload="tea:1",
            currency="XTR",
            prices=[LabeledPrice(label="Tea", amount=25)],
        )

    @router.pre_checkout_query(F.invoice_payload.startswith("none:"))
    async def refuse(query: PreCheckoutQuery):
        await query.answer(ok=False, error_message="There is no tea left")

    @router.pre_checkout_query()
    async def accept(query: PreCheckoutQuery):
        same((query.currency, query.total_amount), ("XTR", 25))
        await query.answer(ok=True)

    @router.message(F.successful_payment)
    async def bought(message: Message):
        paid.append(message.successful_payment)
        await message.answer("Thank you")

    @router.message(F.refunded_payment)
    async def returned(message: Message):
        paid.append(message.refunded_payment)

    return router


@flow
async def invoice_in_stars(world):
    paid = []
    async with polling(world, shop(paid)) as bot:
        phone = await world.phone()
        await phone.start(world.bot)
        invoice = await phone.message(world.bot)
        same((invoice["invoice"]["currency"], invoice["invoice"]["total_amount"]), ("XTR", 25))
        pressed = await phone.act(
            "press", chat=world.bot, message=invoice["message_id"], row=0, column=0
        )
        same(pressed["invoice"]["title"], "Tea")
        place = {"chat": world.bot, "message": invoice["message_id"]}
        await phone.act("add_stars", amount=100)
        same((await phone.act("pay", **place))["status"], "paid")
        await phone.message(world.bot, "Thank you")
        [payment] = paid
        same((payment.total_amount, payment.invoice_payload), (25, "tea:1"))
        assert payment.telegram_payment_charge_id and payment.currency == "XTR"
        same((await bot.get_my_star_balance()).amount, 25)
        [bought] = (await bot.get_star_transactions()).transactions
        same((bought.id, bought.amount), (payment.telegram_payment_charge_id, 25))
        source = bought.source
        assert isinstance(source, TransactionPartnerUser) and bought.receiver is None
        same((source.user.id, source.invoice_payload), (phone.id, "tea:1"))
        same(source.transaction_type, "invoice_payment")
        assert await bot.refund_star_payment(phone.id, bought.id) is True
        with raises(TelegramBadRequest, "Bad Request: CHARGE_ALREADY_REFUNDED"):
            await bot.refund_star_payment(phone.id, bought.id)
        with raises(TelegramBadRequest, "Bad Request: CHARGE_NOT_FOUND"):
            await bot.refund_star_payment(phone.id, "no-such-charge")
        same((await bot.get_my_star_balance()).amount, 0)
        both = (await bot.get_star_transactions()).transactions
        same([one.id for one in both], [bought.id, bought.id])
        refunds = [one for one in both if one.receiver is not None]
        same([one.receiver.user.id for one in refunds], [phone.id])
        # The oldest comes first.
        assert both[0].source is not None and both[1].receiver is not None, both
        one = await bot.get_star_transactions(offset=1, limit=1)
        same(len(one.transactions), 1)
        await phone.event(
            "the refund",
            "message",
            where=lambda event: "refunded_payment" in event["message"],
        )


@flow
async def invoice_by_link_refused_and_paid(world):
    paid = []
    async with polling(world, shop(paid)) as bot:
        phone = await world.phone("executor")
        await phone.start(world.bot)

        def link(payload, amount=25):
            return bot.create_invoice_link(
                title="Tea",
                description="A cup of tea",
                payload=payload,
                currency="XTR",
                prices=[LabeledPrice(label="Tea", amount=amount)],
            )

        none, some = await link("none:2"), await link("some:3")
        assert none.startswith("https://t.me/$") and none != some, (none, some)
        await phone.act("add_stars", amount=25)
        before = (await phone.state())["me"]["stars"]
        refused = await phone.act("pay", link=none)
        same((refused["status"], refused["error"]), ("failed", "There is no tea left"))
        same((await phone.state())["me"]["stars"], before)
        same((await phone.act("invoice", link=some))["paid"], False)
        same((await phone.act("pay", link=some))["status"], "paid")
        await phone.message(world.bot, "Thank you")
        same([one.invoice_payload for one in paid], ["some:3"])
        same((await phone.state())["me"]["stars"], before - 25)
        same((await phone.act("invoice", link=some))["paid"], True)
        prices = [LabeledPrice(label=name, amount=1) for name in ("a", "b")]
        fields = {"title": "x", "description": "x", "payload": "x", "currency": "XTR"}
        with raises(TelegramBadRequest, "Bad Request: "):
            await bot.create_invoice_link(prices=prices, **fields)
        with raises(TelegramBadRequest, "Bad Request: "):
            await bot.create_invoice_link(prices=[], **fields)
        with raises(TelegramBadRequest, "Bad Request: "):
            await bot.create_invoice_link(prices=prices[:1], **{**fields, "payload": ""})
        with raises(TelegramBadRequest, "Bad Request: "):
            await bot.answer_pre_checkout_query("12345", ok=True)


@flow
async def gifts(world):
    paid = []
    async with polling(world, shop(paid)) as bot:
        phone = await world.phone()
        offered = (await bot.get_available_gifts()).gifts
        assert offered and all(gift.star_count > 0 and gift.sticker for gift in offered)
        cheap = min(offered, key=lambda gift: gift.star_count)
        with raises(TelegramBadRequest, "Bad Request: BALANCE_TOO_LOW"):
            await bot.send_gift(cheap.id, user_id=phone.id)
        for _ in range(-(-cheap.star_count // 25)):
            await phone.start(world.bot)
            invoice = await phone.message(world.bot)
            await phone.act("add_stars", amount=25)
            place = {"chat": world.bot, "message": invoice["message_id"]}
            same((await phone.act("pay", **place))["status"], "paid")
            await phone.message(world.bot, "Thank you")
        had = (await bot.get_my_star_balance()).amount
        assert await bot.send_gift(cheap.id, user_id=phone.id, text="For you") is True
        same((await bot.get_my_star_balance()).amount, had - cheap.star_count)
        shown = await phone.event(
            "the gift", "message", where=lambda event: "gift" in event["message"]
        )
        same(shown["message"]["gift"]["gift"]["id"], cheap.id)
        last = (await bot.get_star_transactions(limit=100)).transactions
        sent = [one for one in last if one.receiver is not None]
        same([one.amount for one in sent], [cheap.star_count])
        same(sent[0].receiver.gift.id, cheap.id)
        with raises(TelegramBadRequest, "Bad Request: STARGIFT_INVALID"):
            await bot.send_gift("77", user_id=phone.id)

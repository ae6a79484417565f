// The cart, which the server keeps: the same one in the bot and on every device.

import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api } from "@/api/client";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { toastError } from "@/kit/toast";
import { MainAction } from "@/telegram/buttons";
import { texts } from "./cart.texts";
import { CartLine } from "./CartLine";
import { CART, useCart, useConfirmPrices, type Cart as Shown } from "./data";
import { Paused, usePaused } from "./Paused";
import { shelfAddress } from "./shelf";
import { ShopTabs } from "./ShopTabs";

export default function Cart() {
  const t = useTexts(texts);
  const query = useCart();
  return (
    <ShopTabs>
      <Screen title={t("cart")} back="/" onRefresh={() => query.refetch()}>
        <Paused />
        <Loaded query={query} skeleton={<Skeleton rows={3} height={112} />}>
          {(cart) => (cart.items.length === 0 ? <Nothing /> : <Filled cart={cart} />)}
        </Loaded>
      </Screen>
    </ShopTabs>
  );
}

function Nothing() {
  const t = useTexts(texts);
  return (
    <Empty title={t("empty")}>
      <p>{t("empty_hint")}</p>
      <Link href={shelfAddress()} class="button">{t("to_shelf")}</Link>
    </Empty>
  );
}

function Filled({ cart }: { cart: Shown }) {
  const t = useTexts(texts);
  const f = useFormat();
  const [, go] = useLocation();
  const paused = usePaused() !== undefined;
  const total = f.money(cart.items_total, cart.currency);
  return (
    <>
      {cart.price_changed ? <NewPrices /> : null}
      <div class="rows" data-testid="cart">
        {cart.items.map((line) => <CartLine line={line} currency={cart.currency} key={line.product_id} />)}
      </div>
      <div class="card">
        <p class="line"><span>{t("total")}</span><strong class="end amount total" data-testid="cart-total">{total}</strong></p>
        <p class="note">{t("note_stock")}</p>
      </div>
      <Clear />
      <MainAction text={cart.can_order ? t("to_checkout", { total }) : t("fix_first")} disabled={!cart.can_order || paused} onPress={() => go("/shop/checkout")} />
    </>
  );
}

function NewPrices() {
  const t = useTexts(texts);
  const confirm = useConfirmPrices();
  return (
    <div class="card attention" role="status" data-testid="prices-changed">
      <h3>{t("prices_title")}</h3>
      <p>{t("prices_text")}</p>
      <Button wide busy={confirm.isPending} onClick={() => confirm.mutate()} testId="prices-confirm">{t("prices_yes")}</Button>
    </div>
  );
}

function Clear() {
  const t = useTexts(texts);
  const [ask, dialog] = useConfirm();
  const clear = useMutation({ mutationFn: () => api.delete("/cart"), onSuccess: (cart) => queries.setQueryData(CART, cart), onError: toastError });
  const press = async () => {
    if (await ask({ title: t("clear_ask"), text: t("clear_text"), yes: t("clear"), danger: true })) clear.mutate();
  };
  return (
    <>
      <Button look="link" busy={clear.isPending} onClick={() => void press()} testId="cart-clear">{t("clear")}</Button>
      {dialog}
    </>
  );
}

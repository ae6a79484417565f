// Changing an order that nobody has taken yet.

import { Link, useLocation } from "wouter";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { toast } from "@/kit/toast";
import { MainAction } from "@/telegram/buttons";
import { forget, keys, learn, useMe, useOrder } from "../api";
import { customerMay, phaseOf, readerOf, type Category, type Order } from "../model";
import { OrderFields } from "./OrderFields";
import { orderRules, type OrderValues } from "./rules";
import { texts } from "./texts";

export function EditOrder({ id }: { id: string }) {
  const t = useTexts(texts);
  const me = useMe();
  const order = useOrder(id);
  return (
    <Screen title={t("edit_title")} back={`/services/orders/${id}`}>
      <Loaded query={order} skeleton={<Skeleton rows={4} height={96} />}>
        {(data) => (me && readerOf(data, me.id) === "customer" && customerMay(phaseOf(data)).edit ? <Form order={data} username={me.username} /> : <Locked id={id} />)}
      </Loaded>
    </Screen>
  );
}

function Locked({ id }: { id: string }) {
  const t = useTexts(texts);
  return <Empty title={t("locked")}><p>{t("locked_more")}</p><Link href={`/services/orders/${id}`} class="button quiet">{t("to_order")}</Link></Empty>;
}

function Form({ order, username }: { order: Order; username: string | null | undefined }) {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const form = useForm<OrderValues, Order>({
    draft: `services.order.${order.id}`,
    initial: { category: order.category, description: order.description, contact: order.contact ?? "" },
    schema: orderRules,
    send: ({ category, ...rest }) => api.put("/api/orders/{id}", { params: { path: { id: order.id } }, body: { category: category as Category, ...rest } }),
    onDone: (changed) => {
      queries.setQueryData(keys.order(order.id), changed);
      forget(order.id);
      toast(t("changed"));
      go(`/services/orders/${order.id}`, { replace: true });
    },
    onError: (error) => {
      // Somebody was faster: the screen says that it is too late.
      learn(error, order.id);
      return false;
    },
  });
  return (
    <form class="svc-form" onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
      <OrderFields category={form.field("category")} description={form.field("description")} contact={form.field("contact")} username={username}
        city={<p class="note">{order.city}. {t("city_fixed")}.</p>} />
      <MainAction text={t("save")} onPress={form.submit} busy={form.busy} />
    </form>
  );
}

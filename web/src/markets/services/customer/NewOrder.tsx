// Posting an order. What has been typed is kept on the device until it has been sent.

import { useState } from "preact/hooks";
import { useLocation } from "wouter";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { Skeleton } from "@/kit/State";
import { toast } from "@/kit/toast";
import { MainAction } from "@/telegram/buttons";
import { forget, keys, learn, useMe, usePause } from "../api";
import { CityPicker } from "../CityPicker";
import { PauseNotice, SignIn } from "../Frame";
import { comeFrom, keepText, keptText } from "../kept";
import type { Category } from "../model";
import { texts as shared } from "../texts";
import { OrderFields } from "./OrderFields";
import { newOrderRules, type NewOrderValues } from "./rules";
import { texts } from "./texts";

export function NewOrder() {
  const t = useTexts(texts);
  const me = useMe();
  return (
    <Screen title={t("new_title")} back="/services/orders">
      <PauseNotice />
      {me === undefined ? <SignIn /> : me === null ? <Skeleton rows={4} height={96} /> : <Form username={me.username} />}
    </Screen>
  );
}

function Form({ username }: { username: string | null | undefined }) {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const [choosing, setChoosing] = useState(false);
  const paused = usePause() !== null;
  const form = useForm<NewOrderValues, { id: string }>({
    draft: "services.order",
    initial: { category: "", description: "", city: keptText("city"), contact: keptText("contact") },
    schema: newOrderRules,
    send: ({ category, ...rest }, key) => api.post("/api/orders", { params: { header: { "Idempotency-Key": key } }, body: { category: category as Category, ...rest } }),
    onDone: (order, values) => {
      keepText("city", values.city);
      keepText("contact", values.contact);
      queries.setQueryData(keys.order(order.id), order);
      forget(order.id);
      comeFrom("/services/orders");
      toast(t("posted"));
      go(`/services/orders/${order.id}`, { replace: true });
    },
    onError: (error) => {
      learn(error);
      return false;
    },
  });
  return (
    <form class="svc-form" onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
      <OrderFields category={form.field("category")} description={form.field("description")} contact={form.field("contact")} username={username}
        city={<CityField {...form.field("city")} onOpen={() => setChoosing(true)} />} />
      <p class="note">{t("terms")}</p>
      {choosing ? <CityPicker onClose={() => setChoosing(false)} onChoose={(city) => { form.set("city", city); setChoosing(false); }} /> : null}
      <button type="submit" class="hidden" tabIndex={-1} aria-hidden="true" disabled={paused}>{t("post")}</button>
      {choosing ? null : <MainAction text={t("post")} onPress={form.submit} busy={form.busy} disabled={paused} />}
    </form>
  );
}

function CityField({ value, problem, onOpen }: { value: string; problem?: string | undefined; onOpen: () => void }) {
  const t = useTexts(texts);
  const s = useTexts(shared);
  return (
    <div class="field">
      <span class="label" id="city-label">{s("city")}</span>
      <button type="button" class="input svc-choose" aria-labelledby="city-label city-value" aria-invalid={problem ? true : undefined} onClick={onOpen} data-testid="choose-city">
        <span id="city-value" class={value === "" ? "note" : undefined}>{value === "" ? t("city_choose") : value}</span>
        <span class="chevron" aria-hidden="true" />
      </button>
      {problem ? <p class="problem" role="alert">{problem}</p> : null}
    </div>
  );
}

// Which new orders the bot tells about, and how often. Every change is saved at once.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { api } from "@/api/client";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { Choices, Stepper, Switch } from "@/kit/Field";
import { Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Loaded, Skeleton } from "@/kit/State";
import { toast, toastError } from "@/kit/toast";
import { tick } from "@/telegram/host";
import { useMe } from "../api";
import { CityPicker } from "../CityPicker";
import { SignIn } from "../Frame";
import { CATEGORIES, type Category } from "../model";
import { categoryName } from "../texts";
import { texts } from "./texts";

const MOST_CITIES = 20;
const WISHES = ["services", "preferences"] as const;
const NOTICES = ["services", "notices"] as const;

interface Wishes {
  categories: Category[];
  cities: string[];
}

/** Shows the change before the server has it, and takes it back when it is refused. */
function useSaved<T>(key: readonly string[], save: (next: T) => Promise<unknown>) {
  return useMutation({
    scope: { id: key.join() },
    mutationFn: save,
    onMutate: (next: T) => {
      const before = queries.getQueryData<T>(key);
      queries.setQueryData(key, next);
      return before;
    },
    onError: (error, _, before) => {
      queries.setQueryData(key, before);
      toastError(error);
    },
  });
}

export function Subscription() {
  const t = useTexts(texts);
  const me = useMe();
  const enabled = me !== undefined && me !== null;
  const wishes = useQuery({ queryKey: WISHES, enabled, queryFn: ({ signal }) => api.get("/api/users/me/preferences", { signal }) });
  const notices = useQuery({ queryKey: NOTICES, enabled, queryFn: ({ signal }) => api.get("/api/users/me/notification-settings", { signal }) });
  return (
    <Screen title={t("sub_title")} back="/services/me" onRefresh={() => Promise.all([wishes.refetch(), notices.refetch()])}>
      {me === undefined ? <SignIn /> : (
        <>
          <Loaded query={notices} skeleton={<Skeleton rows={2} height={64} />}>{(data) => <Notices notices={data} />}</Loaded>
          <Loaded query={wishes} skeleton={<Skeleton rows={2} height={120} />}>{(data) => <Wanted wishes={data} />}</Loaded>
        </>
      )}
    </Screen>
  );
}

function Notices({ notices }: { notices: { enabled: boolean; frequency: number } }) {
  const t = useTexts(texts);
  const saving = useSaved<{ enabled: boolean; frequency: number }>(NOTICES, (body) => api.put("/api/users/me/notification-settings", { body }));
  const change = (part: Partial<typeof notices>) => {
    tick();
    saving.mutate({ ...notices, ...part });
  };
  return (
    <Rows>
      <Switch label={t("notices")} note={t("notices_note")} on={notices.enabled} onChange={(enabled) => change({ enabled })} />
      <div class="row">
        <span class="row-main"><span class="row-title">{t("often")}</span><span class="row-note" data-testid="frequency">{t("minutes", { n: notices.frequency })}</span></span>
        <Stepper label={t("often")} value={notices.frequency} min={5} max={15} disabled={!notices.enabled} onChange={(frequency) => change({ frequency })} />
      </div>
    </Rows>
  );
}

function Wanted({ wishes }: { wishes: Wishes }) {
  const t = useTexts(texts);
  const [choosing, setChoosing] = useState(false);
  const saving = useSaved<Wishes>(WISHES, (body) => api.put("/api/users/me/preferences", { body }));
  const { categories, cities } = wishes;
  const toggle = (category: Category) => {
    tick();
    saving.mutate({ cities, categories: categories.includes(category) ? categories.filter((one) => one !== category) : [...categories, category] });
  };
  const add = (city: string) => {
    setChoosing(false);
    if (cities.some((one) => one.toLowerCase() === city.toLowerCase())) return;
    if (cities.length >= MOST_CITIES) toast(t("too_many"), true);
    else saving.mutate({ categories, cities: [...cities, city] });
  };
  return (
    <>
      {categories.length === 0 || cities.length === 0 ? <p class="note" role="status">{t("incomplete")}</p> : null}
      <Section title={t("categories")}>
        <Choices label={t("categories")} hideLabel value={categories} options={CATEGORIES.map((value) => ({ value, text: categoryName(value) }))} onChange={toggle} />
      </Section>
      <Section title={t("cities")}>
        <div class="choices">
          {cities.map((city) => (
            <button type="button" class="chip" key={city} aria-label={t("remove_city", { city })} onClick={() => saving.mutate({ categories, cities: cities.filter((one) => one !== city) })} data-testid="my-city">{city} ✕</button>
          ))}
          <button type="button" class="chip svc-add" onClick={() => setChoosing(true)} data-testid="add-city">+ {t("add_city")}</button>
        </div>
      </Section>
      {choosing ? <CityPicker onClose={() => setChoosing(false)} onChoose={add} /> : null}
    </>
  );
}

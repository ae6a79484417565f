// Who one is in this market: rating, jobs done, money, what one hears about.

import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { formatDecimal, useFormat } from "@/i18n/format";
import { useLang, useTexts } from "@/i18n";
import { Stars } from "@/kit/Field";
import { Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Loaded, Skeleton } from "@/kit/State";
import { useMe } from "../api";
import { RoleChoice, SignIn } from "../Frame";
import type { Role } from "../kept";
import { texts } from "./texts";

const load = ({ signal }: { signal: AbortSignal }) => api.get("/api/users/me", { signal });

export function Profile({ role }: { role: Role }) {
  const t = useTexts(texts);
  const me = useMe();
  const query = useQuery({ queryKey: ["services", "me"], enabled: me !== undefined, queryFn: load });
  return (
    <Screen title={t("title")} back="/" onRefresh={() => query.refetch()}>
      <RoleChoice role={role} />
      {me === undefined ? <SignIn /> : <Loaded query={query} skeleton={<Skeleton rows={4} height={76} />}>{(data) => <Content me={data} />}</Loaded>}
    </Screen>
  );
}

type Me = Awaited<ReturnType<typeof load>>;

function Content({ me }: { me: Me }) {
  const t = useTexts(texts);
  const language = useLang();
  const { money } = useFormat();
  const rating = formatDecimal(me.rating.toFixed(2), language);
  return (
    <>
      <section class="card svc-rating">
        <h2>{t("rating")}</h2>
        {me.rating > 0 ? (
          <div class="svc-rating-line"><span class="big" data-testid="rating">{rating}</span><Stars value={me.rating} label={`${t("rating")}: ${rating}`} /></div>
        ) : <p data-testid="rating">{t("no_rating")}</p>}
        <div class="line"><span class="note">{t("completed")}</span><strong class="end amount" data-testid="completed">{me.completed_orders}</strong></div>
      </section>
      <Rows>
        <Row title={t("money")} side={<span class="amount">{money(me.balance)}</span>} to="/wallet" testId="to-wallet" />
        <Row title={t("about")} note={t("reviews")} to="/services/me/reviews" testId="to-reviews" />
        <Row title={t("active")} side={<span class="amount">{me.active_orders}</span>} to="/services/orders" />
      </Rows>
      <Section title={t("work")}>
        <Rows><Row title={t("subscription")} note={t("subscription_note")} to="/services/me/subscription" testId="to-subscription" /></Rows>
      </Section>
    </>
  );
}

// What the screens of the market have around them: tabs, the choice of the side, notices.

import type { ComponentChildren } from "preact";
import { useLocation } from "wouter";
import { useBootstrap } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { Segments } from "@/kit/Field";
import type { IconName } from "@/kit/Icon";
import { Empty } from "@/kit/State";
import { Tabs } from "@/kit/Tabs";
import { tick } from "@/telegram/host";
import { usePause } from "./api";
import { keepRole, type Role } from "./kept";
import { names } from "./names";
import { texts } from "./texts";

type TabText = "tab_orders" | "tab_new" | "tab_feed" | "tab_takes" | "tab_me";

const TABS: Record<Role, readonly { to: string; icon: IconName; text: TabText }[]> = {
  customer: [
    { to: "/services/orders", icon: "list", text: "tab_orders" },
    { to: "/services/new", icon: "plus", text: "tab_new" },
    { to: "/services/me", icon: "user", text: "tab_me" },
  ],
  executor: [
    { to: "/services/feed", icon: "bell", text: "tab_feed" },
    { to: "/services/takes", icon: "check", text: "tab_takes" },
    { to: "/services/me", icon: "user", text: "tab_me" },
  ],
};

export const homeOf = (role: Role): string => TABS[role][0]?.to ?? "/services";

export function SideTabs({ role, children }: { role: Role; children: ComponentChildren }) {
  const t = useTexts(texts);
  const n = useTexts(names);
  return <Tabs label={n("title")} tabs={TABS[role].map(({ to, icon, text }) => ({ to, icon, text: t(text), testId: `tab-${icon}` }))}>{children}</Tabs>;
}

/** Which side of the market one is on; remembered on this device. */
export function RoleChoice({ role }: { role: Role }) {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const choose = (next: Role) => {
    if (next === role) return;
    tick();
    keepRole(next);
    go(homeOf(next), { replace: true });
  };
  return <Segments label={t("role")} value={role} options={[{ value: "customer", text: t("customer") }, { value: "executor", text: t("executor") }]} onChange={choose} />;
}

/** Says that the operator has paused the market, and why. */
export function PauseNotice() {
  const t = useTexts(texts);
  const pause = usePause();
  if (pause === null) return null;
  return (
    <div class="card svc-notice" role="status" data-testid="paused">
      <h3>{t("paused")}</h3>
      <p class="note">{t("paused_more", { reason: pause.reason.replace(/\.$/, "") })}</p>
    </div>
  );
}

/** For a stranger: the same place in Telegram, where one is signed in. */
export function OpenTelegram({ start }: { start?: string }) {
  const t = useTexts(texts);
  const bot = useBootstrap().data?.bot_username;
  return bot ? <a class="button wide" href={`https://t.me/${bot}${start === undefined ? "" : `?startapp=${start}`}`}>{t("open_telegram")}</a> : null;
}

/** Instead of what is for people who have signed in. */
export function SignIn() {
  const t = useTexts(texts);
  return <Empty title={t("sign_in")}><p>{t("sign_in_more")}</p><OpenTelegram /></Empty>;
}

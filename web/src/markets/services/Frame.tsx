// What the screens of the market have around them: tabs, the choice of the side, notices.

import type { ComponentChildren } from "preact";
import { Link, useLocation } from "wouter";
import { useTexts } from "@/i18n";
import { Segments } from "@/kit/Field";
import { Icon, type IconName } from "@/kit/Icon";
import { Empty } from "@/kit/State";
import { tick } from "@/telegram/host";
import { usePause } from "./api";
import { keepRole, type Role } from "./kept";
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

export function Tabs({ role }: { role: Role }) {
  const t = useTexts(texts);
  const [at] = useLocation();
  return (
    <nav class="tab-bar">
      {TABS[role].map((tab) => (
        <Link href={tab.to} key={tab.to} aria-current={at === tab.to ? "page" : undefined} data-testid={`tab-${tab.icon}`}><Icon name={tab.icon} />{t(tab.text)}</Link>
      ))}
    </nav>
  );
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

/** Instead of what is for people who have signed in. */
export function SignIn({ children }: { children?: ComponentChildren }) {
  const t = useTexts(texts);
  return <Empty title={t("sign_in")}><p>{t("sign_in_more")}</p>{children}</Empty>;
}

// Places of a market, at the foot of its first screens.

import type { ComponentChildren } from "preact";
import { Link, useLocation } from "wouter";
import { Icon, type IconName } from "./Icon";

interface Tab {
  to: string;
  text: string;
  icon: IconName;
  /** How many wait there; nothing is shown for none. */
  count?: number | undefined;
  testId?: string;
}

export function Tabs({ label, tabs, children }: { label: string; tabs: readonly Tab[]; children: ComponentChildren }) {
  const [here] = useLocation();
  return (
    <div class="has-tabs">
      {children}
      <nav class="tab-bar" aria-label={label}>
        {tabs.map((tab) => (
          <Link key={tab.to} href={tab.to} aria-current={here === tab.to.split("?", 1)[0] ? "page" : undefined} data-testid={tab.testId}>
            <span class="tab-icon"><Icon name={tab.icon} />{tab.count ? <span class="tab-count">{tab.count > 99 ? "99+" : tab.count}</span> : null}</span>
            <span>{tab.text}</span>
          </Link>
        ))}
      </nav>
    </div>
  );
}

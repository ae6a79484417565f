// The frame of every screen: title, the way back, pulling down to refresh.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useLocation } from "wouter";
import { common } from "@/i18n/common";
import { useTexts } from "@/i18n";
import { isHosted } from "@/telegram/host";
import { useBackButton } from "@/telegram/buttons";
import { Icon } from "./Icon";
import { usePull } from "./pull";

interface Props {
  title: string;
  /** Where the arrow leads; none on the screens of the tabs. */
  back?: string | undefined;
  /** Beside the title. */
  side?: ComponentChildren;
  /** What pulling down does. */
  onRefresh?: (() => Promise<unknown>) | undefined;
  children: ComponentChildren;
}

export function Screen({ title, back, side, onRefresh, children }: Props) {
  const t = useTexts(common);
  const [, go] = useLocation();
  const goBack = back === undefined ? undefined : () => go(back);
  useBackButton(goBack);
  const pulled = usePull(onRefresh);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  // A screen begins at its top, wherever the one before it was.
  useLayoutEffect(() => window.scrollTo(0, 0), []);
  // Whoever listens to the page hears where they are now.
  useEffect(() => head.current?.focus({ preventScroll: true }), []);
  return (
    <main class="screen" id="content" data-back={back} ref={pulled.area}>
      {onRefresh ? (
        <div class="pull" ref={pulled.gauge} role="status">
          {pulled.busy ? <><span class="spinner" aria-hidden="true" /><span class="hidden">{t("refreshing")}</span></> : null}
        </div>
      ) : null}
      <div class="screen-head">
        {goBack && !isHosted ? (
          <button type="button" class="icon-button" aria-label={t("back")} onClick={goBack}><Icon name="back" /></button>
        ) : null}
        <h1 ref={head} tabIndex={-1}>{title}</h1>
        {side}
      </div>
      {children}
    </main>
  );
}

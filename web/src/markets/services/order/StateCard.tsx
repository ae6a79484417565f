import type { ComponentChildren } from "preact";
import { Countdown } from "@/kit/Countdown";

interface Props {
  title: string;
  text: string;
  tone: "plain" | "good" | "warn";
  /** What is waited for ends then. */
  until?: number | string | null;
  onEnd?: () => void;
  children?: ComponentChildren;
}

/** Where the order stands for whoever looks, with what is left of the time. */
export function StateCard({ title, text, tone, until = null, onEnd, children }: Props) {
  return (
    <section class={`card svc-state ${tone}`} role="status" data-testid="order-state">
      <div class="svc-state-top">
        <h3>{title}</h3>
        {until === null ? null : <span class="svc-clock"><Countdown until={until} label={title} {...(onEnd ? { onEnd } : {})} /></span>}
      </div>
      <p class="note">{text}</p>
      {children}
    </section>
  );
}

import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Section } from "@/kit/Row";
import type { Order } from "./data";
import { texts } from "./order.texts";
import { stepsOf } from "./orderText";

/** What has happened to an order, oldest first. */
export function Timeline({ order }: { order: Order }) {
  const t = useTexts(texts);
  const f = useFormat();
  const steps = stepsOf(order, t);
  return (
    <Section title={t("history")}>
      <ol class="card timeline" data-testid="timeline">
        {steps.map((step, n) => (
          <li key={n} class={n === steps.length - 1 ? "now" : ""}>
            <span class="step"><span>{step.text}</span><time class="row-note" dateTime={step.at}>{f.moment(step.at)}</time></span>
            {step.note ? <span class="row-note pre">{step.note}</span> : null}
          </li>
        ))}
      </ol>
    </Section>
  );
}

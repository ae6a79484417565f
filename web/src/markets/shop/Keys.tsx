// Keys of digital goods, shown only when they are asked for.

import { useState } from "preact/hooks";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Copy } from "@/kit/Copy";
import { Section } from "@/kit/Row";
import type { Order } from "./data";
import { texts } from "./order.texts";

export function Keys({ order }: { order: Order }) {
  const t = useTexts(texts);
  const [shown, setShown] = useState(false);
  const keys = order.items.flatMap((item) => (item.keys ?? []).map((key, n) => ({ key, label: (item.keys ?? []).length > 1 ? t("key", { name: item.name, n: n + 1 }) : item.name })));
  if (keys.length === 0) return null;
  return (
    <Section title={t("keys")} note={t("keys_note")}>
      <div class="card">
        {shown ? keys.map(({ key, label }) => <Copy key={key} text={key} label={label} testId="key" />)
          : <Button wide onClick={() => setShown(true)} testId="show-keys">{t("show_keys", { n: keys.length })}</Button>}
      </div>
    </Section>
  );
}

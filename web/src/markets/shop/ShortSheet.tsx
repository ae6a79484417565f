import { useLocation } from "wouter";
import type { ApiError } from "@/api/errors";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Row, Rows } from "@/kit/Row";
import { Sheet } from "@/kit/Sheet";
import { texts } from "./cart.texts";
import type { Cart } from "./data";
import { shortLines } from "./refusals";

/** An order was refused: every line of which there is less than was wanted. */
export function ShortSheet({ error, cart, onClose }: { error: ApiError; cart: Cart; onClose: () => void }) {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const nameOf = (id: string) => cart.items.find((line) => line.product_id === id)?.name ?? id;
  return (
    <Sheet title={t("short_title")} onClose={onClose}>
      <p>{t("short_text")}</p>
      <Rows>
        {shortLines(error).map((line) => <Row key={line.product} title={nameOf(line.product)} note={<span class="bad">{t("short_line", { wanted: line.wanted, available: line.available })}</span>} testId="short-line" />)}
      </Rows>
      <Button wide onClick={() => go("/shop/cart")}>{t("back_to_cart")}</Button>
    </Sheet>
  );
}

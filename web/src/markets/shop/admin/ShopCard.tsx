import type { CardPart } from "@/api/admin";
import { useTexts } from "@/i18n";
import { PartView } from "@/admin/kit/PartView";
import { cardTexts } from "./card.texts";

type Key = keyof (typeof cardTexts)["en"];

const TONES: Record<string, "good" | "bad" | "warn" | "info"> = { paid: "info", fulfilled: "info", delivered: "good", canceled: "bad", expired: "bad", refunded: "warn" };

/** What the shop knows of a person. */
export default function ShopCard({ part }: { part: CardPart }) {
  const t = useTexts(cardTexts);
  const word = (name: string) => (name in cardTexts.en ? t(name as Key) : name);
  return <PartView part={part} fact={word} kind={word} state={word} tone={(state) => TONES[state] ?? "plain"} to={(item) => `/admin/shop/orders/${item.id}`} />;
}

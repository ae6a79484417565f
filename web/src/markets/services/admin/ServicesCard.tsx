import type { CardPart } from "@/api/admin";
import { PartView } from "@/admin/kit/PartView";
import { toneOf, useWords } from "./words";

/** What this market knows of a person. */
export default function ServicesCard({ part }: { part: CardPart }) {
  const words = useWords();
  return <PartView part={part} fact={words.fact} kind={words.kind} state={words.status} tone={toneOf} to={(item) => `/admin/services/orders/${item.id}`} />;
}

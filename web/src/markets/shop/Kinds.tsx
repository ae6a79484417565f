// The other kinds of a product: larger, smaller, in another colour.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Section } from "@/kit/Row";
import { texts } from "./catalogue.texts";
import { loadProducts, productOptions, type Product } from "./data";

/** They stand in one category and name one product as their first. */
async function loadKinds(product: Product, signal: AbortSignal): Promise<Product[]> {
  const { rows } = await loadProducts({ q: "", category: product.category ?? "", sort: "cheap" }, undefined, signal, 100);
  const first = product.parent_id ?? product.id;
  return rows.filter((one) => one.id === first || one.parent_id === first);
}

export function Kinds({ product }: { product: Product }) {
  const t = useTexts(texts);
  const f = useFormat();
  const query = useQuery({ queryKey: ["shop", "kinds", product.id], queryFn: ({ signal }) => loadKinds(product, signal), enabled: product.category !== null });
  const parent = useQuery({ ...productOptions(product.parent_id ?? product.id), enabled: product.parent_id !== null });
  const kinds = query.data ?? (parent.data && product.parent_id !== null ? [parent.data, product] : []);
  if (kinds.length < 2) return null;
  return (
    <Section title={t("other_kinds")}>
      <div class="strip">
        {kinds.map((one) => (
          <Link href={`/shop/products/${one.id}`} replace class="chip" aria-current={one.id === product.id ? "page" : undefined} key={one.id}>{one.name} · {f.money(one.price, one.currency)}</Link>
        ))}
      </div>
    </Section>
  );
}

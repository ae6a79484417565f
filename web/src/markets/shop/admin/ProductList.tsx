import { Link } from "wouter";
import { useFilters } from "@/admin/kit/Filters";
import { Listed } from "@/admin/kit/Listed";
import { CsvButton, Moment } from "@/admin/kit/parts";
import { SearchBox } from "@/admin/kit/SearchBox";
import { useStaff } from "@/admin/kit/staff";
import type { Column } from "@/admin/kit/Table";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Choices } from "@/kit/Field";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { loadAllProducts, type Product } from "./data";
import { texts } from "./products.texts";

const SHOWN = ["all", "active", "hidden", "low"] as const;
type Shown = (typeof SHOWN)[number];

/** Whether the operator wanted to be told. */
export const isLow = (product: Product): boolean => product.low_stock !== null && product.stock < product.low_stock;

export function ProductState({ product }: { product: Product }) {
  const t = useTexts(texts);
  return (
    <span class="line">
      <Badge tone={product.is_active ? "good" : "plain"}>{t(product.is_active ? "show_active" : "show_hidden")}</Badge>
      {isLow(product) ? <Badge tone="warn">{t("low")}</Badge> : null}
      {product.is_digital ? <Badge tone="info">{t("digital")}</Badge> : null}
    </span>
  );
}

export function ProductList() {
  const t = useTexts(texts);
  const f = useFormat();
  const { may } = useStaff();
  const [{ q, show }, setFilters] = useFilters(["q", "show"]);
  const shown: Shown = SHOWN.find((one) => one === show) ?? "all";
  const active = shown === "active" || shown === "low" ? true : shown === "hidden" ? false : undefined;
  const list = useList({
    key: ["admin", "shop", "products", q, shown],
    load: (cursor, signal) => loadAllProducts(q, active, cursor, signal),
    rows: (page) => (shown === "low" ? page.rows.filter(isLow) : page.rows),
  });
  const columns: Column<Product>[] = [
    { head: t("name"), lead: true, cell: (one) => one.name },
    { head: t("sku"), cell: (one) => (one.sku ? <span class="mono">{one.sku}</span> : null) },
    { head: t("category"), cell: (one) => one.category },
    { head: t("price"), number: true, cell: (one) => <span class="amount">{f.money(one.price, one.currency)}</span> },
    { head: t("stock"), number: true, cell: (one) => <span class={isLow(one) ? "warn" : ""}>{one.stock}</span> },
    { head: t("reserved"), number: true, cell: (one) => (one.reserved > 0 ? one.reserved : null) },
    { head: t("state"), plain: true, cell: (one) => <ProductState product={one} /> },
    { head: t("changed"), cell: (one) => <Moment at={one.updated_at} /> },
  ];
  return (
    <Screen title={t("products")} back="/admin" onRefresh={() => list.refetch()}>
      <div class="buttons">
        {may("moderator") ? <Link href="/admin/shop/products/new" class="button small" data-testid="new-product">{t("new")}</Link> : null}
        {may("moderator") ? <Link href="/admin/shop/products/import" class="button small quiet" data-testid="import">{t("import")}</Link> : null}
        <CsvButton path="/admin/products.csv" name="products.csv" />
      </div>
      <SearchBox value={q ?? ""} onChange={(value) => setFilters({ q: value, show: shown })} note={t("search_note")} />
      <Choices label={t("show")} hideLabel value={shown} options={SHOWN.map((value) => ({ value, text: t(`show_${value}`) }))} onChange={(value) => setFilters({ q, show: value === "all" ? "" : value })} />
      <Listed list={list} label={t("products")} rowKey={(one) => one.id} columns={columns} to={(one) => `/admin/shop/products/${one.id}`} testId="products" />
    </Screen>
  );
}

// The shelves: search, categories, order, and a grid without an end.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { useSearchParams } from "wouter";
import { useBootstrap } from "@/app/bootstrap";
import { useList } from "@/app/list";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Icon } from "@/kit/Icon";
import { More } from "@/kit/More";
import { Screen } from "@/kit/Screen";
import { Empty, Failed } from "@/kit/State";
import { texts } from "./catalogue.texts";
import { SORTS, loadProducts, useCart, type Product, type Sort, type Wanted } from "./data";
import { CardBones, ProductCard } from "./ProductCard";
import { Paused } from "./Paused";
import { ShopTabs } from "./ShopTabs";
import { leaveShelf, noteShelf, shelfScroll } from "./shelf";

const DEBOUNCE_MS = 250;
const NOTHING: readonly Product[] = [];

/** The text a moment after the last key was pressed. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === "" ? 0 : DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

const categoriesOf = (products: readonly Product[]) => products.flatMap((product) => (product.category ? [product.category] : []));

/** Categories of the newest hundred products, and of whatever else has been looked at. */
function useCategories(seen: readonly Product[]): readonly string[] {
  const query = useQuery({
    queryKey: ["shop", "categories"],
    queryFn: async ({ signal }) => {
      const { rows } = await loadProducts({ q: "", category: "", sort: "new" }, undefined, signal, 100);
      return categoriesOf(rows);
    },
    staleTime: 60_000,
  });
  return [...new Set([...(query.data ?? []), ...categoriesOf(seen)])].sort((a, b) => a.localeCompare(b));
}

export default function Catalogue() {
  const t = useTexts(texts);
  const [params, setParams] = useSearchParams();
  const [typed, setTyped] = useState(params.get("q") ?? "");
  const sort = SORTS.find((one) => one === params.get("sort")) ?? "new";
  const wanted: Wanted = { q: useSettled(typed.trim()), category: params.get("category") ?? "", sort };
  const set = (name: string, value: string) => setParams((before) => {
    const next = new URLSearchParams(before);
    if (value === "") next.delete(name);
    else next.set(name, value);
    return next;
  }, { replace: true });
  useEffect(() => {
    if ((params.get("q") ?? "") !== wanted.q) set("q", wanted.q);
  }, [wanted.q]);

  const list = useList<Awaited<ReturnType<typeof loadProducts>>, Product>({
    key: ["shop", "products", wanted],
    load: (cursor, signal) => loadProducts(wanted, cursor, signal),
    rows: (page) => page.rows,
  });
  useEffect(() => noteShelf(params.toString()), [params.toString()]);
  useLayoutEffect(() => {
    if (list.rows !== undefined) window.scrollTo(0, shelfScroll());
    return leaveShelf;
  }, []);
  const showAll = () => {
    setTyped("");
    setParams({}, { replace: true });
  };
  return (
    <ShopTabs>
      <Screen title={t("shop")} back="/" onRefresh={() => list.refetch()}>
        <Paused />
        <div class="shelf-head">
          <label class="search">
            <Icon name="search" />
            <span class="hidden">{t("search")}</span>
            <input class="input" type="search" inputMode="search" enterKeyHint="search" autoComplete="off" maxLength={100} placeholder={t("search")} value={typed} data-testid="search"
              onInput={(event) => setTyped(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === "Enter") event.currentTarget.blur(); }} />
          </label>
          <Categories chosen={wanted.category} seen={list.rows ?? NOTHING} onChange={(name) => set("category", name)} />
        </div>
        <Ordering sort={sort} onChange={(next) => set("sort", next === "new" ? "" : next)} />
        <Products list={list} filtered={wanted.q !== "" || wanted.category !== ""} onAll={showAll} />
      </Screen>
    </ShopTabs>
  );
}

function Categories({ chosen, seen, onChange }: { chosen: string; seen: readonly Product[]; onChange: (name: string) => void }) {
  const t = useTexts(texts);
  const names = useCategories(seen);
  const all = chosen === "" || names.includes(chosen) ? names : [chosen, ...names];
  return (
    <div class="strip" role="group" aria-label={t("categories")}>
      <button type="button" class="chip" aria-pressed={chosen === ""} onClick={() => onChange("")}>{t("all")}</button>
      {all.map((name) => <button type="button" class="chip" key={name} aria-pressed={name === chosen} onClick={() => onChange(name === chosen ? "" : name)} data-testid="category">{name}</button>)}
    </div>
  );
}

function Ordering({ sort, onChange }: { sort: Sort; onChange: (sort: Sort) => void }) {
  const t = useTexts(texts);
  return (
    <select class="plain-select" aria-label={t("sort")} value={sort} onChange={(event) => onChange(event.currentTarget.value as Sort)} data-testid="sort">
      {SORTS.map((one) => <option value={one} key={one}>{t(`sort_${one}`)}</option>)}
    </select>
  );
}

function Products({ list, filtered, onAll }: { list: ReturnType<typeof useList<Awaited<ReturnType<typeof loadProducts>>, Product>>; filtered: boolean; onAll: () => void }) {
  const t = useTexts(texts);
  const signedIn = useBootstrap().data?.me != null;
  const cart = useCart(signedIn).data;
  const inCart = (id: string) => (signedIn ? (cart?.items.find((line) => line.product_id === id)?.quantity ?? 0) : undefined);
  if (list.rows === undefined) return list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <CardBones />;
  if (list.rows.length === 0) {
    return (
      <Empty title={t(filtered ? "nothing" : "no_goods")}>
        <p>{t(filtered ? "nothing_hint" : "no_goods_hint")}</p>
        {filtered ? <Button look="quiet" onClick={onAll}>{t("show_all")}</Button> : null}
      </Empty>
    );
  }
  return (
    <>
      <div class="products" data-testid="products">
        {list.rows.map((product) => <ProductCard product={product} inCart={inCart(product.id)} key={product.id} />)}
      </div>
      <More list={list} />
    </>
  );
}

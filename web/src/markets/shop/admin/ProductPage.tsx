// One product for the staff: edit, store, keys.

import { useState } from "preact/hooks";
import { Link } from "wouter";
import { useAction } from "@/admin/kit/Act";
import { useStaff } from "@/admin/kit/staff";
import { api } from "@/api/client";
import { ApiError, isCode } from "@/api/errors";
import { useForm } from "@/app/form";
import { queries } from "@/app/queries";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Loaded, Skeleton } from "@/kit/State";
import { toast } from "@/kit/toast";
import { productKey, useProduct } from "../data";
import { refreshShop, type Product } from "./data";
import { changesOf, fieldsOf, schema, type Fields } from "./form";
import { KeysForm } from "./KeysForm";
import { ProductFields } from "./ProductFields";
import { ProductState } from "./ProductList";
import { texts } from "./products.texts";
import { Stock } from "./Stock";

export function ProductPage({ id }: { id: string }) {
  const t = useTexts(texts);
  const query = useProduct(id);
  return (
    <Screen title={query.data?.name ?? t("products")} back="/admin/shop/products" onRefresh={refreshShop}>
      <Loaded query={query} skeleton={<Skeleton rows={6} />}>
        {(product) => (
          <>
            <Head product={product} />
            <div class="columns">
              <Edit product={product} />
              <div class="form">
                {product.is_digital ? <KeysForm product={product} /> : null}
                <Stock product={product} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Head({ product }: { product: Product }) {
  const t = useTexts(texts);
  const f = useFormat();
  const why = useStaff().why("moderator");
  const [ask, dialog] = useConfirm();
  const action = useAction();
  const header = { "If-Match": `"${product.version}"` };
  const path = { id: product.id };
  const fresh = async (done: Promise<unknown>) => {
    await done.finally(() => refreshShop());
  };
  const hide = async () => {
    if (await ask({ title: t("hide_ask"), text: t("hide_text"), yes: t("hide"), danger: true })) action.run(() => fresh(api.delete("/admin/products/{id}", { params: { path, header } })), t("hide_done"));
  };
  const show = () => action.run(() => fresh(api.patch("/admin/products/{id}", { params: { path, header }, body: { is_active: true } })), t("saved"));
  return (
    <div class="card">
      <ProductState product={product} />
      <dl class="facts">
        <dt>{t("price")}</dt><dd class="amount">{f.money(product.price, product.currency)}</dd>
        <dt>{t("stock")}</dt><dd class="amount" data-testid="stock">{product.stock}</dd>
        <dt>{t("reserved")}</dt><dd class="amount">{product.reserved}</dd>
        <dt>{t("version")}</dt><dd class="amount">{product.version}</dd>
      </dl>
      <div class="buttons">
        <Link href={`/shop/products/${product.id}`} class="button quiet small">{t("see")}</Link>
        {why ? null : <Link href={`/admin/shop/products/new?parent=${product.parent_id ?? product.id}`} class="button quiet small">{t("variant")}</Link>}
        {product.is_active ? <Button small look="danger" disabled={why !== undefined} busy={action.busy} onClick={() => void hide()} testId="hide">{t("hide")}</Button>
          : <Button small disabled={why !== undefined} busy={action.busy} onClick={show} testId="unhide">{t("unhide")}</Button>}
      </div>
      {why ? <p class="note">{why}</p> : null}
      {dialog}
    </div>
  );
}

/** Saves over the version that was seen, and no other. */
function Edit({ product }: { product: Product }) {
  const t = useTexts(texts);
  const why = useStaff().why("moderator");
  const [seen, setSeen] = useState(product);
  const [round, setRound] = useState(0);
  const take = (fresh: Product) => {
    setSeen(fresh);
    setRound((n) => n + 1);
  };
  return (
    <Section title={t("edit")}>
      {why ? null : <EditForm key={round} seen={seen} now={product} onSaved={take} onTake={() => take(product)} />}
      {why ? <p class="card note">{why}</p> : null}
    </Section>
  );
}

function EditForm({ seen, now, onSaved, onTake }: { seen: Product; now: Product; onSaved: (product: Product) => void; onTake: () => void }) {
  const t = useTexts(texts);
  const [over, setOver] = useState<number>();
  const form = useForm<Fields, Product>({
    initial: fieldsOf(seen),
    schema: schema(),
    send: (fields) => api.patch("/admin/products/{id}", { params: { path: { id: seen.id }, header: { "If-Match": `"${over ?? seen.version}"` } }, body: changesOf(fieldsOf(seen), fields) }),
    onDone: (product) => {
      queries.setQueryData(productKey(product.id), product);
      void refreshShop();
      toast(t("saved"));
      onSaved(product);
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || !isCode(error, "version_stale")) return false;
      // The next attempt is made with open eyes: over the version that is shown by then.
      void queries.fetchQuery({ queryKey: productKey(seen.id), queryFn: () => api.get("/products/{id}", { params: { path: { id: seen.id } } }), staleTime: 0 }).then((fresh) => setOver(fresh.version));
      return true;
    },
  });
  return (
    <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
      {over !== undefined ? (
        <div class="card attention" role="alert" data-testid="stale">
          <h3>{t("stale")}</h3>
          <p>{t("stale_text", { version: now.version })}</p>
          <Button small look="quiet" onClick={onTake}>{t("stale_load")}</Button>
        </div>
      ) : null}
      <ProductFields form={form} />
      <Button wide type="submit" busy={form.busy} testId="save-product">{t("save")}</Button>
    </form>
  );
}

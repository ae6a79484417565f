import { useState } from "preact/hooks";
import { useLocation, useSearchParams } from "wouter";
import * as z from "zod/mini";

import { useStaff } from "@/admin/kit/staff";
import { api } from "@/api/client";
import { useForm } from "@/app/form";
import { text, useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Input, Switch } from "@/kit/Field";
import { Row, Rows } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { toast } from "@/kit/toast";
import { useProduct } from "../data";
import { refreshShop } from "./data";
import { BLANK, bodyOf, schema, whole, type Fields } from "./form";
import { ProductFields } from "./ProductFields";
import { texts } from "./products.texts";

interface New extends Fields {
  stock: string;
}

const newSchema = () => z.extend(schema(), { stock: z.string().check(z.refine((typed) => typed.trim() === "" || whole(0)(typed), { error: () => text(texts, "bad_whole") })) });

export function NewProduct() {
  const [params] = useSearchParams();
  const parent = params.get("parent");
  return parent === null ? <Form /> : <Variant of={parent} />;
}

/** A variant begins with what its first product is. */
function Variant({ of }: { of: string }) {
  const t = useTexts(texts);
  const parent = useProduct(of);
  if (parent.data === undefined) return <Screen title={t("variant")} back={`/admin/shop/products/${of}`}><p /></Screen>;
  return <Form parent={{ id: of, name: parent.data.name }} initial={{ ...BLANK, name: parent.data.name, category: parent.data.category ?? "", description: parent.data.description ?? "" }} />;
}

function Form({ parent, initial = BLANK }: { parent?: { id: string; name: string }; initial?: Fields }) {
  const t = useTexts(texts);
  const [, go] = useLocation();
  const why = useStaff().why("moderator");
  const [digital, setDigital] = useState(false);
  const [active, setActive] = useState(true);
  const form = useForm<New, { id: string }>({
    ...(parent ? {} : { draft: "shop.product" }),
    initial: { ...initial, stock: "" },
    schema: newSchema(),
    send: (fields) => {
      const { low_stock, sku, ...body } = bodyOf(fields);
      return api.post("/admin/products", {
        body: {
          ...body, is_active: active, is_digital: digital,
          ...(sku === "" ? {} : { sku }), ...(low_stock < 0 ? {} : { low_stock }),
          ...(digital || fields.stock.trim() === "" ? {} : { stock: Number(fields.stock) }),
          ...(parent ? { parent_id: parent.id } : {}),
        },
      });
    },
    onDone: ({ id }) => {
      toast(t("created"));
      void refreshShop();
      go(`/admin/shop/products/${id}`, { replace: true });
    },
  });
  return (
    <Screen title={t(parent ? "variant" : "new")} back={parent ? `/admin/shop/products/${parent.id}` : "/admin/shop/products"}>
      {why ? <p class="banner">{why}</p> : null}
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        {parent ? <Rows><Row title={parent.name} to={`/admin/shop/products/${parent.id}`} /></Rows> : null}
        <ProductFields form={form as never} />
        <Rows>
          <Switch label={t("active")} on={active} onChange={setActive} />
          <Switch label={t("digital")} note={t("digital_note")} on={digital} onChange={setDigital} />
        </Rows>
        {digital ? null : <div class="card"><Input label={t("stock_first")} inputMode="numeric" max={9} {...form.field("stock")} /></div>}
        <Button wide type="submit" busy={form.busy} disabled={why !== undefined} testId="create-product">{t("create")}</Button>
      </form>
    </Screen>
  );
}

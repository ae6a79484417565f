import type { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { Input, TextArea } from "@/kit/Field";
import type { Fields } from "./form";
import { texts } from "./products.texts";

type Form<T extends Fields> = Pick<ReturnType<typeof useForm<T, unknown>>, "field">;

/** The fields that a new product and an edit have in common. */
export function ProductFields({ form }: { form: Form<Fields> }) {
  const t = useTexts(texts);
  return (
    <>
      <div class="card">
        <Input label={t("name")} max={200} {...form.field("name")} />
        <Input label={t("price")} inputMode="decimal" max={16} {...form.field("price")} />
        <Input label={t("category")} max={100} {...form.field("category")} />
        <Input label={t("sku")} max={64} {...form.field("sku")} />
        <Input label={t("low_stock")} inputMode="numeric" max={9} note={t("low_stock_note")} {...form.field("low_stock")} />
      </div>
      <div class="card">
        <TextArea label={t("description")} max={5000} {...form.field("description")} />
        <TextArea label={t("images")} note={t("images_note")} {...form.field("images")} />
      </div>
    </>
  );
}

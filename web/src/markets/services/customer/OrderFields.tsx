// The fields of an order, for a new one and for an edit.

import type { ComponentChildren } from "preact";
import { useTexts } from "@/i18n";
import { Choices, Input, TextArea } from "@/kit/Field";
import { hasContact } from "../contact";
import { CATEGORIES, type Category } from "../model";
import { categoryName, texts as shared } from "../texts";
import { LONGEST, lengthOf, SHORTEST } from "./rules";
import { texts } from "./texts";

interface Field<V> {
  value: V;
  problem?: string | undefined;
  onChange: (value: V) => void;
  name?: string;
}

interface Props {
  category: Field<Category | "">;
  description: Field<string>;
  contact: Field<string>;
  /** The person's name in Telegram, offered as the contact. */
  username: string | null | undefined;
  city: ComponentChildren;
}

export function OrderFields({ category, description, contact, username, city }: Props) {
  const t = useTexts(texts);
  const s = useTexts(shared);
  const length = lengthOf(description.value);
  const leaks = hasContact(description.value);
  const offered = username === null ? null : `@${username}`;
  return (
    <>
      <Choices label={s("category")} value={category.value === "" ? null : category.value} options={CATEGORIES.map((value) => ({ value, text: categoryName(value) }))}
        onChange={category.onChange} problem={category.problem} />
      <TextArea {...description} label={t("what")} placeholder={t("what_hint")} problem={description.problem}
        note={(
          <span class="line">
            {leaks ? <span class="warn">{t("leaks")}</span> : length > 0 && length < SHORTEST ? <span>{t("count_short", { n: SHORTEST - length })}</span> : null}
            <span class={length > LONGEST ? "end bad" : "end"} data-testid="count">{t("count", { n: length })}</span>
          </span>
        )} />
      {city}
      <div class="svc-contact-field">
        <Input {...contact} label={t("contact")} placeholder={t("contact_hint")} note={t("contact_note")} max={64} autoComplete="tel" />
        {offered !== null && contact.value.trim() === "" ? (
          <div class="choices"><button type="button" class="chip" onClick={() => contact.onChange(offered)} data-testid="my-name">{t("contact_mine", { name: username ?? "" })}</button></div>
        ) : null}
      </div>
    </>
  );
}

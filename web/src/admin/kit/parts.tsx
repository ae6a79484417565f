// Small pieces of the panel's pages.

import { useState } from "preact/hooks";
import { Link } from "wouter";
import { download } from "@/api/download";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Button } from "@/kit/Button";
import { toast, toastError } from "@/kit/toast";
import { kitTexts } from "./kit.texts";

/** A moment, exact to the second when it is pointed at. */
export function Moment({ at }: { at: string | null | undefined }) {
  const { moment } = useFormat();
  if (!at) return null;
  return <time dateTime={at} title={at.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")}>{moment(at)}</time>;
}

/** A cell with a moment, or an empty one. */
export const moment = (at: string | null | undefined) => (at ? <Moment at={at} /> : null);

/** A cell with what went wrong, or an empty one. */
export const trouble = (text: string | null | undefined) => (text ? <span class="bad">{text}</span> : null);

/** A signed amount in its colour. */
export function Amount({ value, currency, signed }: { value: string | number; currency?: string; signed?: boolean }) {
  const { money } = useFormat();
  const text = String(value);
  const tone = !signed ? "" : text.startsWith("-") ? " bad" : " good";
  return <span class={`amount${tone}`}>{money(signed && !text.startsWith("-") ? `+${text}` : text, currency)}</span>;
}

/** Somebody, by id, with the way to their card. */
export function PersonLink({ id, name }: { id: number; name?: string | null | undefined }) {
  return <Link href={`/admin/people/${id}`} class="above">{name ? <><bdi>{name}</bdi> · {id}</> : id}</Link>;
}

/** Who did something as the server writes it: `user/3001`, `operator`; people are links. */
export function Who({ by }: { by: string | null | undefined }) {
  const t = useTexts(kitTexts);
  if (!by) return null;
  if (by === "admin-secret") return <>{t("secret")}</>;
  const id = /^(?:user\/)?(\d+)$/.exec(by)?.[1];
  return id ? <PersonLink id={Number(id)} /> : <>{by}</>;
}

/** Saves a table of the server as a file. */
export function CsvButton({ path, query = {}, name }: { path: string; query?: Record<string, string | number | undefined>; name: string }) {
  const t = useTexts(kitTexts);
  const [busy, setBusy] = useState(false);
  const press = () => {
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== "") params.set(key, String(value));
    const asked = params.size > 0 ? `${path}?${params}` : path;
    setBusy(true);
    download(asked, name).catch(toastError).finally(() => setBusy(false));
  };
  return <Button small look="quiet" busy={busy} onClick={press} testId="csv">{t("csv")}</Button>;
}

/** Something to be pasted elsewhere. */
export function Copy({ value }: { value: string }) {
  const t = useTexts(kitTexts);
  const press = () => {
    navigator.clipboard.writeText(value).then(() => toast(t("copied")), () => toast(t("copy_failed"), true));
  };
  return <Button small look="quiet" onClick={press}>{t("copy")}</Button>;
}

/** What was sent or written down by a machine, readable. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return <pre class="json" tabIndex={0} role="region" aria-label={label}>{JSON.stringify(value, null, 2)}</pre>;
}

// What a screen shows while it loads, when there is nothing, when it failed.

import type { ComponentChildren } from "preact";
import type { UseQueryResult } from "@tanstack/react-query";
import { describe } from "@/api/errors";
import { common } from "@/i18n/common";
import { useTexts } from "@/i18n";
import { Button } from "./Button";

/** Rows of the height that the real ones will have, so that nothing moves. */
export function Skeleton({ rows = 4, height = 68 }: { rows?: number; height?: number }) {
  const t = useTexts(common);
  return (
    <div class="rows" role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, n) => (
        <div class="row" key={n} style={{ height: `${height}px` }} aria-hidden="true">
          <span class="row-main"><span class="bone" style={{ width: "60%" }} /><span class="bone" style={{ width: "35%" }} /></span>
        </div>
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title?: string; children?: ComponentChildren }) {
  const t = useTexts(common);
  return <div class="state"><h2>{title ?? t("empty")}</h2>{children}</div>;
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTexts(common);
  return (
    <div class="state" role="alert">
      <h2>{t("failed")}</h2>
      <p>{describe(error)}</p>
      {onRetry ? <Button look="quiet" onClick={onRetry}>{t("retry")}</Button> : null}
    </div>
  );
}

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, "data" | "error" | "isPending" | "refetch">;
  skeleton?: ComponentChildren;
  children: (data: T) => ComponentChildren;
}

/** One of the three, or the data. Data that is there stays while it is loaded again. */
export function Loaded<T>({ query, skeleton, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return <>{skeleton ?? <Skeleton />}</>;
}

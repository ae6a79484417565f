import { useEffect, useRef } from "preact/hooks";
import { common } from "@/i18n/common";
import { useTexts } from "@/i18n";
import { Button } from "./Button";

/** Loads the next page when it comes into sight, or when it is pressed. */
export function More({ list }: { list: { hasMore: boolean; isLoadingMore: boolean; more: () => void } }) {
  const t = useTexts(common);
  const box = useRef<HTMLDivElement>(null);
  const next = useRef(list);
  next.current = list;
  useEffect(() => {
    if (box.current === null || typeof IntersectionObserver === "undefined") return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting) && !next.current.isLoadingMore) next.current.more();
    }, { rootMargin: "400px" });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [list.hasMore, list.isLoadingMore]);
  if (!list.hasMore) return null;
  return <div class="more" ref={box}><Button look="quiet" wide busy={list.isLoadingMore} onClick={list.more}>{t("more")}</Button></div>;
}

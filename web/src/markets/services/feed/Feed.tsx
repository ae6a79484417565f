// The live feed: orders appear, fill up and vanish while one is looking.

import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { More } from "@/kit/More";
import { Screen } from "@/kit/Screen";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { useMe } from "../api";
import { PauseNotice, RoleChoice } from "../Frame";
import { comeFrom, keepText } from "../kept";
import { texts as shared } from "../texts";
import { useCalm } from "./calm";
import { FeedBlock } from "./FeedBlock";
import { useFeed } from "./feeds";
import { Filters } from "./Filters";
import { keptFilter, type Filter } from "./first";
import { texts } from "./texts";

export function Feed() {
  const t = useTexts(texts);
  const me = useMe();
  const [filter, setFilter] = useState(keptFilter);
  useEffect(() => comeFrom("/services/feed"), []);
  const change = (next: Filter) => {
    keepText("feed.category", next.category);
    keepText("feed.city", next.city);
    setFilter(next);
    window.scrollTo(0, 0);
  };
  if (me === null) return <Screen title={t("title")} back="/"><RoleChoice role="executor" /><Filters filter={filter} onChange={change} /><Skeleton rows={5} height={118} /></Screen>;
  return <Live filter={filter} onChange={change} me={me?.id} />;
}

function Live({ filter, onChange, me }: { filter: Filter; onChange: (next: Filter) => void; me: number | undefined }) {
  const t = useTexts(texts);
  const s = useTexts(shared);
  const { feed, blocks, error, live, load, loaded, list } = useFeed(filter, me);
  const { box, fresh, guard } = useCalm(feed, blocks);
  const filtered = filter.category !== "" || filter.city !== "";
  return (
    <Screen title={t("title")} back="/" onRefresh={load}
      side={<span class={live ? "svc-live on" : "svc-live"} role="status" data-testid="live">{t(live ? "live" : "away")}</span>}>
      <RoleChoice role="executor" />
      <PauseNotice />
      <Filters filter={filter} onChange={onChange} />
      {fresh > 0 ? <div class="svc-fresh"><Button small onClick={() => window.scrollTo({ top: 0, behavior: "smooth" })} testId="fresh">↑ {t("fresh", { n: fresh })}</Button></div> : null}
      {!loaded ? (error ? <Failed error={error} onRetry={() => void load()} /> : <Skeleton rows={5} height={118} />) : blocks.length === 0 ? (
        <Empty title={t(filtered ? "none_here" : "none")}>
          {filtered ? <Button look="quiet" onClick={() => onChange({ category: "", city: "" })} testId="clear">{t("clear")}</Button> : <p>{t("none_more")}</p>}
          {me === undefined ? null : <Link href="/services/me/subscription" class="button link">{t("subscribe")}</Link>}
        </Empty>
      ) : (
        <>
          <div class="rows svc-feed" ref={box} onClickCapture={guard} role="group" aria-label={t("list")}>
            {blocks.map((block) => <FeedBlock feed={feed} block={block} me={me} key={block.key} />)}
          </div>
          <More list={list} />
          {me === undefined ? <p class="note svc-center">{s("sign_in")}</p> : null}
        </>
      )}
    </Screen>
  );
}

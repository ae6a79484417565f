// The feed of a filter, loaded and followed. It outlives the screen, so that whoever comes back from
// an order finds the list as it was left and hears only what was missed.

import { useSyncExternalStore } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";
import { askPage, FIRST, firstPage, type Filter } from "./first";
import { FeedStore } from "./store";
import { follow } from "./stream";

const PAGE = 50;
/** The most that the server gives at once. */
const MOST = 100;
/** A feed that nobody looked at for so long is loaded anew. */
const STALE_MS = 5 * 60_000;

interface Kept {
  key: string;
  feed: FeedStore;
  left: number;
}

let kept: Kept | undefined;

function feedFor(key: string, me: number | undefined): FeedStore {
  if (kept === undefined || kept.key !== key || Date.now() - kept.left > STALE_MS) kept = { key, feed: new FeedStore(me), left: Number.POSITIVE_INFINITY };
  return kept.feed;
}

export function useFeed(filter: Filter, me: number | undefined) {
  const key = JSON.stringify([filter.category, filter.city.toLowerCase(), me]);
  const feed = feedFor(key, me);
  const [error, setError] = useState<unknown>(null);
  const [live, setLive] = useState(true);
  const [loadingMore, setLoadingMore] = useState(false);
  const asked = useRef<AbortController | undefined>(undefined);
  const following = useRef(false);
  const blocks = useSyncExternalStore(feed.watchList, feed.blocks);

  const load = async () => {
    asked.current?.abort();
    const mine = (asked.current = new AbortController());
    const mark = feed.mark();
    try {
      const { page, isEarly } = firstPage(filter, mine.signal);
      const isCovered = following.current && !isEarly;
      feed.start(await page, mark);
      setError(null);
      // The stream opened after the page was asked for: between the two is what neither tells.
      if (!isCovered && following.current) void catchUp(FIRST);
    } catch (cause) {
      if (!mine.signal.aborted) setError(cause);
    }
  };

  const catchUp = async (limit: number) => {
    const mark = feed.mark();
    const page = await askPage(filter, limit, undefined).catch(() => undefined);
    if (page !== undefined) feed.refresh(page, mark);
  };

  useEffect(() => {
    setError(null);
    if (kept?.feed === feed) kept.left = Number.POSITIVE_INFINITY;
    // Followed first, so that nothing is lost between the list and the stream.
    const stop = follow({ category: filter.category || undefined, city: filter.city || undefined }, {
      lastId: () => feed.lastId,
      onId: (id) => (feed.lastId = id),
      onOrder: (event, order) => feed.apply({ event, order }),
      onReset: () => void load(),
      onState: (on) => {
        setLive(on);
        following.current = on;
        // Opened again, and nothing has said yet where to resume: what was missed is looked up.
        if (on && feed.loaded && feed.lastId === undefined) void catchUp(MOST);
      },
    });
    if (!feed.loaded) void load();
    return () => {
      stop();
      following.current = false;
      asked.current?.abort();
      if (kept?.feed === feed) kept.left = Date.now();
    };
  }, [feed]);

  const more = async () => {
    if (feed.next === undefined || loadingMore) return;
    const cursor = feed.next;
    setLoadingMore(true);
    try {
      const page = await askPage(filter, PAGE, cursor);
      // Loaded anew meanwhile: the page belongs to the list of before.
      if (feed.next === cursor) feed.add(page);
    } catch (cause) {
      setError(cause);
    } finally {
      setLoadingMore(false);
    }
  };

  return { feed, blocks, error, live, load, loaded: feed.loaded, list: { hasMore: feed.next !== undefined, isLoadingMore: loadingMore, more: () => void more() } };
}

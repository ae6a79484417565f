// Lists that are loaded page by page behind a cursor of the server.

import { useInfiniteQuery, type QueryKey } from "@tanstack/react-query";

interface Page {
  next_cursor?: string | null;
}

/** `load` gets the cursor of the page, none for the first; `rows` are those of all pages so far. */
export function useList<P extends Page, R>(options: {
  key: QueryKey;
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<P>;
  rows: (page: P) => readonly R[];
  enabled?: boolean;
  refetchInterval?: number;
}) {
  const query = useInfiniteQuery({
    queryKey: options.key,
    queryFn: ({ pageParam, signal }) => options.load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: options.enabled ?? true,
    ...(options.refetchInterval === undefined ? {} : { refetchInterval: options.refetchInterval }),
  });
  return {
    rows: query.data?.pages.flatMap((page) => [...options.rows(page)]),
    pages: query.data?.pages,
    error: query.error,
    isPending: query.isPending,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
  };
}

// One store of what the server has said.

import { QueryClient } from "@tanstack/react-query";
import { ApiError, Offline } from "@/api/errors";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      gcTime: 10 * 60_000,
      // A refusal stays one; a lost connection may come back.
      retry: (failures, error) => failures < 2 && (error instanceof Offline || (error instanceof ApiError && error.status >= 500)),
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
      // A slow network is asked all the same: the browser's guess is often wrong in a Mini App.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

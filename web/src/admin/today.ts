// What waits for the staff: asked for by the first page and by the menu's numbers.

import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";

export function useToday() {
  return useQuery({ queryKey: ["admin", "today"], queryFn: ({ signal }) => api.get("/api/admin/today", { signal }), refetchInterval: 30_000 });
}

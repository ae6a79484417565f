// What the app starts with: the markets of this operator, and who has opened it.

import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import { followLanguage } from "./language";
import { queries } from "./queries";

async function load() {
  const answer = await api.get("/api/app");
  if (answer.me) followLanguage(answer.me.language);
  return answer;
}

export type Bootstrap = Awaited<ReturnType<typeof load>>;
export type Role = NonNullable<Bootstrap["me"]>["roles"][number];

const options = queryOptions({ queryKey: ["app"], queryFn: load, staleTime: 60_000, refetchInterval: 60_000 });

export function startBootstrap(): void {
  void queries.prefetchQuery(options);
}

export function useBootstrap() {
  return useQuery(options);
}

/** Whether the person on this page may do what asks for one of `roles`; an owner may do all. */
export function mayAct(app: Bootstrap | undefined, ...roles: Role[]): boolean {
  const mine = app?.me?.roles ?? [];
  return mine.includes("owner") || roles.some((role) => mine.includes(role));
}

// The typed client of the server. Paths, bodies and answers are those of its OpenAPI document.

import createClient, { type Middleware } from "openapi-fetch";
import { noteServerTime } from "@/app/clock";
import { Offline, refusal } from "./errors";
import type { paths } from "./schema";
import { credential, renew } from "./session";

const raw = createClient<paths>({ baseUrl: "", fetch: send });

/** One request. A session that has ended is replaced once; a lost connection is [`Offline`]. */
async function send(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await attempt(request);
  if (response.status !== 401 || !(await renew())) return response;
  return attempt(again);
}

async function attempt(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(credential())) request.headers.set(name, value);
  try {
    return await fetch(request);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new Offline("no connection", { cause });
  }
}

const refuse: Middleware = {
  async onResponse({ response }) {
    noteServerTime(response.headers.get("date"));
    if (!response.ok) throw await refusal(response);
  },
};
raw.use(refuse);

type Init = Record<string, unknown>;

/** Data of an answer; a refusal is thrown as `ApiError`. */
export const api = {
  get: (async (path: string, init?: Init) => (await raw.GET(path as never, init as never)).data) as Method<"get">,
  post: (async (path: string, init?: Init) => (await raw.POST(path as never, init as never)).data) as Method<"post">,
  put: (async (path: string, init?: Init) => (await raw.PUT(path as never, init as never)).data) as Method<"put">,
  patch: (async (path: string, init?: Init) => (await raw.PATCH(path as never, init as never)).data) as Method<"patch">,
  delete: (async (path: string, init?: Init) => (await raw.DELETE(path as never, init as never)).data) as Method<"delete">,
};

/** A page of a list whose answer is an array; the way to the next one stands in the header `Link`. */
export const page: PageMethod = (async (path: string, init?: Init) => {
  const { data, response } = await raw.GET(path as never, init as never);
  return { rows: data, next_cursor: nextCursor(response.headers.get("link")) };
}) as never;

/** The cursor in `<…?cursor=…>; rel="next"`; none on the last page. */
export function nextCursor(link: string | null): string | null {
  const query = /<[^>]*\?([^>]*)>\s*;\s*rel="next"/.exec(link ?? "")?.[1];
  return query === undefined ? null : new URLSearchParams(query).get("cursor");
}

type Verb = "get" | "post" | "put" | "patch" | "delete";

type PathOf<V extends Verb> = { [P in keyof paths]: paths[P] extends Record<V, { responses: unknown }> ? P : never }[keyof paths];

type Operation<P extends keyof paths, V extends Verb> = V extends keyof paths[P] ? paths[P][V] : never;

type Ok = 200 | 201 | 202 | 204;
type Answer<O> = O extends { responses: infer R }
  ? { [S in keyof R & Ok]: R[S] extends { content: { "application/json": infer B } } ? B : undefined }[keyof R & Ok]
  : never;

type Parameters<O> = O extends { parameters: infer P } ? { [K in keyof P as K extends "cookie" ? never : [P[K]] extends [never] ? never : undefined extends P[K] ? never : K]: P[K] } & { [K in keyof P as K extends "cookie" ? never : undefined extends P[K] ? ([NonNullable<P[K]>] extends [never] ? never : K) : never]?: P[K] } : object;
type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? { body: B } : O extends { requestBody?: infer R } ? (NonNullable<R> extends { content: { "application/json": infer B } } ? { body?: B } : object) : object;

interface Common {
  params?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

type InitOf<O> = Omit<Common, "params"> & { params?: Parameters<O> } & Body<O>;

type Method<V extends Verb> = <P extends PathOf<V>>(path: P, init?: InitOf<Operation<P, V>>) => Promise<Answer<Operation<P, V>>>;

type PageMethod = <P extends PathOf<"get">>(path: P, init?: InitOf<Operation<P, "get">>) => Promise<{ rows: Extract<Answer<Operation<P, "get">>, readonly unknown[]>; next_cursor: string | null }>;

/** The name of an intent: the same for every attempt at it, so that it has one effect. */
export function newKey(): string {
  return crypto.randomUUID();
}

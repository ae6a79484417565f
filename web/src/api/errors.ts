// What the server refused, as the screens show it.

import { common } from "@/i18n/common";
import { text } from "@/i18n";

interface FieldError {
  field: string;
  message: string;
}

/** A refusal: `code` is stable and for the program, `detail` is for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: FieldError[] = [],
    /** Seconds to wait, when the server says so. */
    readonly retryAfter: number | null = null,
    readonly body: unknown = null,
  ) {
    super(detail);
  }
}

/** The request did not reach the server, or its answer did not reach us. */
export class Offline extends Error {}

export async function refusal(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as { code?: string; detail?: string; fields?: FieldError[] } | null;
  const wait = Number(response.headers.get("retry-after"));
  return new ApiError(
    response.status,
    body?.code ?? `http_${response.status}`,
    body?.detail ?? response.statusText,
    body?.fields ?? [],
    Number.isFinite(wait) && wait > 0 ? wait : null,
    body,
  );
}

/** Known codes in the languages of the app; parts add theirs with [`explain`]. */
const known = new Map<string, (error: ApiError) => string>();

/** Says how refusals with `code` are put into words. */
export function explain(code: string, words: (error: ApiError) => string): void {
  known.set(code, words);
}

/** An error in words, in the language of the page where its code is known. */
export function describe(error: unknown): string {
  if (error instanceof Offline) return text(common, "offline");
  if (error instanceof ApiError) {
    if (error.status === 401) return text(common, "expired");
    // Not our server's words but those of something in front of it.
    if (error.code.startsWith("http_5")) return text(common, "away");
    return known.get(error.code)?.(error) ?? error.detail;
  }
  return text(common, "failed");
}

export const isCode = (error: unknown, code: string): error is ApiError => error instanceof ApiError && error.code === code;

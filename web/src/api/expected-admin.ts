// Paths of the admin panel that the server's document does not describe yet; goes when it does.

type Op<S extends number, A, I extends { query?: object; path?: object; key?: true; body?: unknown } = object> = {
  parameters: {
    query?: I extends { query: infer Q } ? Q : never;
    header: I extends { key: true } ? { "Idempotency-Key": string } : never;
    path: I extends { path: infer P } ? P : never;
    cookie?: never;
  };
  responses: { [K in S]: [A] extends [never] ? { content?: never } : { content: { "application/json": A } } };
} & (I extends { body: infer B } ? { requestBody: { content: { "application/json": B } } } : { requestBody?: never });

type Role = "owner" | "finance" | "moderator" | "support" | "read_only";
interface Page { cursor?: string; limit?: number }
interface Next { next_cursor?: string | null }
interface Reason { reason: string }

export interface Person {
  id: number;
  first_name: string;
  last_name: string | null;
  username: string | null;
  language: string | null;
  created_at: string;
  last_seen_at: string | null;
  blocked: boolean;
  roles: Role[];
}
export interface Balance { account: string; currency: string; amount: string; held: string }
export interface Note { id: number; at: string; by: string; text: string }
export interface CardItem { kind: string; id: string; title: string; state: string; at: string; amount: string | null; currency: string | null }
export interface CardPart { market: string; facts: { name: string; value: string }[]; items: CardItem[] }
export interface PersonCard { person: Person; block?: { at: string; by: string | null; reason: string | null }; balances: Balance[]; notes: Note[]; parts: CardPart[] }
export interface LedgerLine { id: string | number; at: string; currency: string; amount: string; balance_after: string; kind: string; subject: string; memo?: string | null }
export interface Adjustment { id: string | number; currency: string; amount: string; balance_after: string; at: string; by: string; reason: string }

export interface Waits { name: string; market: string; count: number; oldest_at: string | null }
export interface PausedMarket { market: string; reason: string; since: string }

export interface CurrencySums { currency: string; owed_to_people: string; held: string; accounts: { account: string; balance: string }[] }
export interface Transfer { id: string | number; op: string | number; at: string; debit: string; credit: string; currency: string; amount: string; kind: string; subject: string }
export interface LedgerFilter { account?: string; kind?: string; user?: number; from?: string; to?: string }

export interface AuditEntry { id: number; at: string; actor: string; action: string; subject: string; details: unknown; request_id: string | null }
export interface AuditFilter { actor?: string; action?: string; subject?: string; from?: string; to?: string }

export interface Job {
  name: string;
  kind: "reconciler" | "periodic" | "poller" | "queue";
  paused: null | { since: string; by: string; reason: string };
  last_ran_at: string | null;
  next_due_at: string | null;
  waiting: number | null;
  dead: number | null;
  last_error: string | null;
  lag_seconds: number | null;
}

export type SettingValue = number | string | boolean;
export interface Setting {
  name: string;
  market: string;
  kind: "integer" | "amount" | "text" | "switch";
  unit: string | null;
  currency: string | null;
  min: number | string | null;
  max: number | string | null;
  step?: number | string | null;
  value: SettingValue;
  default: SettingValue;
  version: number;
  changed_at: string | null;
  changed_by: string | null;
}
export interface SettingChange { version: number; at: string; by: string; from: unknown; to: unknown; reason: string }

export interface AdminOrder { id: string; customer_id: number; category: string; description: string; city: string; status: string; created_at: string; expires_at: string; takes: number; price: string; currency: string }
export interface AdminTake { executor_id: number; name: string; taken_at: string; price: string; currency: string; refunded_at: string | null; refund_reason: string | null; refund_kind?: string | null }
export interface AdminReview { id: number; order_id: string; executor_id: number; executor_name: string; author_id: number; author_name: string; rating: number; comment: string | null; created_at: string; hidden: null | { at: string; by: string; reason: string } }
export interface AdminComplaint { id: number; order_id: string; executor_id: number; executor_name: string; customer_id: number; reason: string; comment: string | null; created_at: string; state: "open" | "resolved"; resolution: string | null; resolved_at: string | null; resolved_by: string | null }
export type AdminOrderCard = Omit<AdminOrder, "takes"> & { customer_name: string; removed?: null | { at: string; by: string; reason: string }; takes: AdminTake[]; timeline: { at: string; event: string; by: string | number | null }[]; reviews: AdminReview[]; complaints: AdminComplaint[] }

type Bucket = "hour" | "day";
export interface ServicesBucket { at: string; orders: number; taken: number; taken_within_5: number; taken_within_15: number; takes: number; no_response: number; refunds: number; completed: number; revenue: string }
export interface ShopBucket { at: string; orders: number; paid: number; canceled: number; expired: number; refunded: number; revenue: string }

type InBothLanguages = { ru: string; en: string };
export type Audience = "everyone" | "customers" | "executors" | "buyers" | "staff";
export interface Broadcast {
  id: number;
  state: "draft" | "sending" | "done" | "canceled";
  text: InBothLanguages;
  audience: Audience;
  button: null | { text: InBothLanguages; path: string };
  people: number;
  sent: number;
  failed: number;
  created_at: string;
  created_by: string;
  started_at: string | null;
  finished_at: string | null;
}

type User = { path: { user_id: number } };

export interface ExpectedAdmin {
  "/api/auth/code": { post: Op<201, { code: string; expires_at: string }> };
  "/api/auth/redeem": { post: Op<200, { token: string; expires_at: string }, { body: { code: string } }> };

  "/api/admin/today": { get: Op<200, { queue: Waits[]; paused: PausedMarket[]; at: string }> };
  "/api/admin/users": { get: Op<200, { users: Person[] } & Next, { query: Page & { q?: string } }> };
  "/api/admin/users/{user_id}": { get: Op<200, PersonCard, User> };
  "/api/admin/users/{user_id}/ledger": { get: Op<200, { lines: LedgerLine[] } & Next, User & { query: Page & { currency?: string } }> };
  "/api/admin/users/{user_id}/notes": { post: Op<201, Note, User & { body: { text: string } }> };
  "/api/admin/users/{user_id}/notes/{note_id}": { delete: Op<204, never, { path: { user_id: number; note_id: number } }> };
  "/api/admin/users/{user_id}/adjustments": {
    get: Op<200, { adjustments: Adjustment[] } & Next, User & { query: Page }>;
    post: Op<201, Adjustment, User & { key: true; body: { currency: string; amount: string } & Reason }>;
  };
  "/api/admin/money": { get: Op<200, { currencies: CurrencySums[] }> };
  "/api/admin/ledger": { get: Op<200, { transfers: Transfer[] } & Next, { query: Page & LedgerFilter }> };
  "/api/admin/audit": { get: Op<200, { entries: AuditEntry[] } & Next, { query: Page & AuditFilter }> };

  "/api/admin/jobs": { get: Op<200, { jobs: Job[] }> };
  "/api/admin/jobs/{name}/pause": { post: Op<204, never, { path: { name: string }; body: Reason }> };
  "/api/admin/jobs/{name}/resume": { post: Op<204, never, { path: { name: string } }> };
  "/api/admin/jobs/{name}/run": { post: Op<202, never, { path: { name: string } }> };
  "/api/admin/settings": { get: Op<200, { settings: Setting[] }> };
  "/api/admin/settings/{name}": {
    put: Op<200, Setting, { path: { name: string }; body: { value: SettingValue; version: number } & Reason }>;
    delete: Op<200, Setting, { path: { name: string }; body: { version: number } & Reason }>;
  };
  "/api/admin/settings/{name}/history": { get: Op<200, { changes: SettingChange[] } & Next, { path: { name: string }; query: Page }> };
  "/api/admin/markets/{name}/pause": {
    put: Op<204, never, { path: { name: string }; body: Reason }>;
    delete: Op<204, never, { path: { name: string } }>;
  };
  "/api/admin/broadcasts": {
    get: Op<200, { broadcasts: Broadcast[] } & Next, { query: Page }>;
    post: Op<201, Broadcast, { body: { text: InBothLanguages; audience: Audience; button?: { text: InBothLanguages; path: string } } }>;
  };
  "/api/admin/broadcasts/{id}/start": { post: Op<202, Broadcast, { path: { id: number }; key: true }> };
  "/api/admin/broadcasts/{id}/cancel": { post: Op<200, Broadcast, { path: { id: number } }> };
  "/api/admin/broadcasts/{id}/test": { post: Op<204, never, { path: { id: number } }> };

  "/api/admin/services/orders": { get: Op<200, { orders: AdminOrder[] } & Next, { query: Page & { q?: string; status?: string; city?: string; category?: string } }> };
  "/api/admin/services/orders/{id}": { get: Op<200, AdminOrderCard, { path: { id: string } }> };
  "/api/admin/services/orders/{id}/remove": { post: Op<200, AdminOrderCard, { path: { id: string }; key: true; body: Reason }> };
  "/api/admin/services/orders/{id}/takes/{executor_id}/refund": { post: Op<200, AdminTake, { path: { id: string; executor_id: number }; key: true; body: Reason }> };
  "/api/admin/services/complaints": { get: Op<200, { complaints: AdminComplaint[] } & Next, { query: Page & { state?: "open" | "resolved" } }> };
  "/api/admin/services/complaints/{id}/resolve": { post: Op<200, AdminComplaint, { path: { id: number }; body: { resolution: string } }> };
  "/api/admin/services/reviews": { get: Op<200, { reviews: AdminReview[] } & Next, { query: Page & { hidden?: boolean } }> };
  "/api/admin/services/reviews/{id}/hide": {
    put: Op<204, never, { path: { id: number }; body: Reason }>;
    delete: Op<204, never, { path: { id: number } }>;
  };
  "/api/admin/services/analytics": { get: Op<200, { buckets: ServicesBucket[]; currency: string }, { query: { from: string; to: string; bucket: Bucket } }> };
  "/api/admin/shop/analytics": { get: Op<200, { buckets: ShopBucket[]; currency: string }, { query: { from: string; to: string; bucket: Bucket } }> };
}

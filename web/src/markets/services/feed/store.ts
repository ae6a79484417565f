// What the live feed holds: orders by id and their places, newest first. What changes inside an
// order is told to its row alone; orders that come and go wait until the screen says that they may
// move what is below them.

import { isInFeed, type Order } from "../model";

export interface Change {
  event: string;
  order: Order;
}

export interface FeedPage {
  orders: readonly Order[];
  next_cursor?: string | null;
}

/** Rows that are laid out and drawn, or left out, together. */
export interface Block {
  key: number;
  ids: readonly string[];
}

type Listener = () => void;

/** Rows of a block as it is made; it is cut in two at twice as many. */
const BLOCK = 20;
/** News that are remembered, for a page that was asked for before them and came after. */
const REMEMBERED = 500;

/** Newest first, as the server lists them. */
function before(a: Order, b: Order): boolean {
  const [left, right] = [Date.parse(a.created_at), Date.parse(b.created_at)];
  return left > right || (left === right && a.id > b.id);
}

export class FeedStore {
  private orders = new Map<string, Order>();
  private all: readonly Block[] = [];
  private blocksMade = 0;
  private coming = new Map<string, Order>();
  private going = new Set<string>();
  private fresh = new Set<string>();
  private rows = new Map<string, Set<Listener>>();
  private lists = new Set<Listener>();
  private told: Change[] = [];
  private forgotten = 0;
  /** Cursor of the next page; undefined when all is here. */
  next: string | undefined;
  loaded = false;
  /** The last id of the stream that was seen. */
  lastId: string | undefined;

  constructor(private readonly me: number | undefined) {}

  blocks = (): readonly Block[] => this.all;
  list = (): string[] => this.all.flatMap((block) => block.ids);
  get = (id: string): Order | undefined => this.orders.get(id);
  isGoing = (id: string): boolean => this.going.has(id);
  /** Whether it came while somebody was looking. */
  isFresh = (id: string): boolean => this.fresh.has(id);

  watchList = (listener: Listener): (() => void) => {
    this.lists.add(listener);
    return () => this.lists.delete(listener);
  };

  watchRow(id: string, listener: Listener): () => void {
    const all = this.rows.get(id) ?? new Set();
    this.rows.set(id, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0) this.rows.delete(id);
    };
  }

  /** How many news were told so far: to be asked before a page is, and handed in with it. */
  mark = (): number => this.forgotten + this.told.length;

  /** The first page, in place of all that was there; the news since `mark` may be newer than it. */
  start(page: FeedPage, mark = this.mark()): void {
    this.orders.clear();
    this.coming.clear();
    this.going.clear();
    this.fresh.clear();
    this.all = [];
    this.loaded = true;
    this.add(page);
    for (const change of this.since(mark)) this.take(change);
    for (const id of this.rows.keys()) this.tellRow(id);
  }

  /** A further page. */
  add(page: FeedPage): void {
    const here = page.orders.filter((order) => isInFeed(order, this.me) && !this.orders.has(order.id));
    for (const order of here) this.orders.set(order.id, order);
    const blocks = [...this.all];
    for (let from = 0; from < here.length; from += BLOCK) blocks.push(this.block(here.slice(from, from + BLOCK).map((order) => order.id)));
    this.all = blocks;
    this.next = page.next_cursor ?? undefined;
    this.tellList();
  }

  /** News of the stream. What is inside of a row changes now, the rest with [`flush`]. */
  apply(change: Change): void {
    this.told.push(change);
    if (this.told.length > REMEMBERED) this.forgotten += this.told.splice(0, REMEMBERED / 2).length;
    if (this.loaded) this.take(change);
  }

  private since = (mark: number): Change[] => this.told.slice(Math.max(0, mark - this.forgotten));

  private take({ event, order }: Change): void {
    const wanted = isInFeed(order, this.me);
    if (this.orders.has(order.id)) {
      this.orders.set(order.id, order);
      if (wanted) this.going.delete(order.id);
      else this.going.add(order.id);
      this.tellRow(order.id);
      if (!wanted) this.tellList();
    } else if (!wanted) {
      if (this.coming.delete(order.id)) this.tellList();
    } else if (this.coming.has(order.id) || ((event === "order_created" || event === "order_updated") && this.reaches(order))) {
      this.coming.set(order.id, order);
      this.tellList();
    }
  }

  /** The newest orders, after news from before `mark` may have been missed; the places stay. */
  refresh(page: FeedPage, mark = this.mark()): void {
    const newer = this.since(mark);
    const told = new Set(newer.map(({ order }) => order.id));
    const [seen, oldest] = [new Set(page.orders.map((order) => order.id)), page.orders.at(-1)];
    const isWithin = (id: string) => !page.next_cursor || (oldest !== undefined && before(this.orders.get(id) as Order, oldest));
    for (const order of page.orders) this.take({ event: "order_updated", order });
    for (const id of this.list()) if (!seen.has(id) && !told.has(id) && isWithin(id)) this.end(id);
    for (const change of newer) this.take(change);
  }

  /** Its hour is over. */
  end(id: string): void {
    if (!this.orders.has(id) || this.going.has(id)) return;
    this.going.add(id);
    this.tellRow(id);
    this.tellList();
  }

  hasPending = (): boolean => this.coming.size > 0 || this.going.size > 0;

  /** Lets come what is coming and go what is going; tells how many came. Other blocks stay the same. */
  flush(): number {
    const came = [...this.coming.values()];
    let blocks = this.all.map((block) => (block.ids.some((id) => this.going.has(id)) ? { ...block, ids: block.ids.filter((id) => !this.going.has(id)) } : block)).filter((block) => block.ids.length > 0);
    for (const id of this.going) this.orders.delete(id);
    for (const order of came) {
      this.orders.set(order.id, order);
      this.fresh.add(order.id);
      blocks = this.insert(blocks, order);
    }
    this.coming.clear();
    this.going.clear();
    this.all = blocks;
    this.tellList();
    return came.length;
  }

  private block(ids: readonly string[]): Block {
    this.blocksMade += 1;
    return { key: this.blocksMade, ids };
  }

  private insert(blocks: readonly Block[], order: Order): Block[] {
    const isBefore = (id: string | undefined) => id !== undefined && before(order, this.orders.get(id) as Order);
    const n = blocks.findIndex((block) => isBefore(block.ids.at(-1)));
    const target = blocks.at(n);
    if (target === undefined) return [this.block([order.id])];
    const at = n < 0 ? target.ids.length : target.ids.findIndex((id) => isBefore(id));
    // At the top of a full block begins another, so that all that was drawn stays as it is.
    if (at === 0 && target.ids.length >= BLOCK) return [...blocks.slice(0, n), this.block([order.id]), ...blocks.slice(n)];
    const ids = [...target.ids.slice(0, at), order.id, ...target.ids.slice(at)];
    const halves = ids.length < 2 * BLOCK ? [{ ...target, ids }] : [this.block(ids.slice(0, BLOCK)), { ...target, ids: ids.slice(BLOCK) }];
    return [...blocks.slice(0, n < 0 ? -1 : n), ...halves, ...(n < 0 ? [] : blocks.slice(n + 1))];
  }

  /** Whether it stands among what is loaded, not in a page that comes later. */
  private reaches(order: Order): boolean {
    const last = this.orders.get(this.all.at(-1)?.ids.at(-1) ?? "");
    return this.next === undefined || last === undefined || before(order, last);
  }

  private tellRow(id: string): void {
    for (const listener of this.rows.get(id) ?? []) listener();
  }

  private tellList(): void {
    for (const listener of this.lists) listener();
  }
}

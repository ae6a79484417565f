// What the page knows, and who wants to hear that it has changed.

/** What the page knows of the shop as one person sees it. */
export function freshShop() {
  return {
    /** Of `GET /products`; `null` while the first list is on its way, like the other two. */
    products: null,
    cart: null,
    orders: null,
    /** Whether the operator looks at her own orders instead of everybody's. */
    mine: false,
    /** Ids of the order and the product that are unfolded. */
    open: null,
    editing: null,
    /** What the server said last, and about what: `{at, good, text, code}`. */
    notice: null,
  };
}

/** What the page knows of the chosen person's coins, and of the chain beside. */
export function freshTon() {
  return {
    /** Of `GET /api/wallet`; `null` while the first answer is on its way, like the others. */
    wallet: null,
    deposits: null,
    withdrawals: null,
    /** What waits for the operator, and her books. */
    asked: null,
    books: null,
    /** Of the chain: the wallets with a name, and the deals. */
    wallets: [],
    deals: null,
    /** As in the shop. */
    notice: null,
  };
}

export const state = {
  lang: "en",
  /** `telegram`, `services`, `shop` or `ton`. */
  market: "telegram",
  /** Address of the development chain; `null` without one, `undefined` before that is known. */
  chain: undefined,
  ton: freshTon(),
  shop: freshShop(),
  /** The search of the shop, its categories, the part that a phone shows, what is typed at the cart. */
  shelf: { q: "", category: "", categories: [], part: "products", coupon: "", address: null },
  people: [],
  me: 0,
  /** Whole roubles by person. */
  balances: new Map(),
  /** `GET /api/users/me` of the chosen person. */
  profile: null,
  /** Lines of the chosen person's statement. */
  statement: null,
  /** Market counters, for the operator. */
  counters: null,
  health: null,
  tab: "active",
  /** `null` while the first list is on its way. */
  orders: null,
  /** Id of the order that is unfolded, and how the chosen person sees it. */
  open: null,
  detail: null,
  /** What the server said last about the unfolded order. */
  notice: null,
  reviewed: false,
  /** Number of the form that is open; 0 for none. */
  posting: 0,
  /** `connecting`, `open` or `lost`. */
  live: "connecting",
  /** Server time minus ours in milliseconds; the same in seconds when it is worth a word. */
  clock: { skew: 0, ahead: 0, movable: false },
  log: [],
  showReads: true,
  busy: false,
  story: null,
};

const listeners = new Set();
let planned = false;

export function onChange(listener) {
  listeners.add(listener);
}

/** Tells everybody, once per frame however often it is called. */
export function changed() {
  if (planned) return;
  planned = true;
  const run = () => {
    if (!planned) return;
    planned = false;
    for (const listener of listeners) listener();
  };
  // A page in the background gets no frames, yet its story goes on.
  if (document.visibilityState === "hidden") setTimeout(run, 50);
  else requestAnimationFrame(run);
}

export function me() {
  return state.people.find((person) => person.id === state.me);
}

export function personById(id) {
  return state.people.find((person) => person.id === id);
}

/** The server's time in milliseconds. */
export function now() {
  return Date.now() + state.clock.skew;
}

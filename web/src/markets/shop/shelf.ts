// Where somebody stood at the shelves, so that the way back leads there.

let scroll = 0;
let address = "/shop";

/** Called when the shelves are left. */
export function leaveShelf(): void {
  scroll = window.scrollY;
}

export const shelfScroll = (): number => scroll;

/** Remembers the search and category of the shelves. */
export function noteShelf(search: string): void {
  address = search === "" ? "/shop" : `/shop?${search}`;
}

/** The way back to the shelves. */
export const shelfAddress = (): string => address;

// Line icons on a grid of 24.

const PATHS = {
  back: "M15 5l-7 7 7 7",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  plus: "M12 5v14M5 12h14",
  bell: "M6 16V11a6 6 0 0112 0v5l2 2H4zM10 21h4",
  user: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21a8 8 0 0116 0",
  wallet: "M4 7h14a2 2 0 012 2v9a2 2 0 01-2 2H5a1 1 0 01-1-1zM4 7l11-3v3M16 13h.01",
  cart: "M4 5h2l2 11h10l2-8H7M10 20h.01M17 20h.01",
  shop: "M5 9h14l-1 11H6zM9 9V7a3 3 0 016 0v2",
  search: "M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l4 4",
  settings: "M12 15a3 3 0 100-6 3 3 0 000 6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6z",
  clock: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3 2",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 13l4 4L19 7",
  chart: "M4 20h16M7 20v-7M12 20V6M17 20v-10",
  star: "M12 4l2.5 5.2 5.5.8-4 4 1 5.6-5-2.7-5 2.7 1-5.6-4-4 5.5-.8z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

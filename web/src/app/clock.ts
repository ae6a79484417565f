// The server's clock: countdowns must end when the server says so, whatever the phone believes.
// One timer serves every countdown on the page.

let offset = 0;

/** Learns the server's time from an answer. */
export function noteServerTime(at: string | number | null | undefined): void {
  if (at === null || at === undefined || at === "") return;
  const time = typeof at === "number" ? at : Date.parse(at);
  if (Number.isFinite(time)) offset = time - Date.now();
}

/** Milliseconds since 1970 by the server's clock. */
export function now(): number {
  return Date.now() + offset;
}

type Tick = (now: number) => void;
const ticks = new Set<Tick>();
let timer: ReturnType<typeof setInterval> | undefined;

function run(): void {
  const time = now();
  for (const tick of ticks) tick(time);
}

/** Calls `tick` each second until the returned function is called. */
export function everySecond(tick: Tick): () => void {
  ticks.add(tick);
  timer ??= setInterval(run, 1000);
  return () => {
    ticks.delete(tick);
    if (ticks.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

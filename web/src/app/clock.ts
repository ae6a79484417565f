// The server's clock: countdowns must end when the server says so, whatever the phone believes.
// One timer serves every countdown on the page.

let offset = 0;
let known = false;

/** A phone that was set, or a server that was moved, is this far from what was known. */
const JUMP_MS = 2_000;

/**
 * Learns the server's time from an answer. An answer is always a little old, its header by up to a
 * second: the latest of the times that it can be is nearest, and countdowns do not jump to and fro.
 */
export function noteServerTime(at: string | number | null | undefined): void {
  if (at === null || at === undefined || at === "") return;
  const time = typeof at === "number" ? at : Date.parse(at);
  if (!Number.isFinite(time)) return;
  const seen = time - Date.now();
  if (!known || seen > offset || offset - seen > JUMP_MS) offset = seen;
  known = true;
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

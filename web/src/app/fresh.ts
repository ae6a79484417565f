// A tab that was open while the server was replaced asks for parts that are no longer there: it is
// loaded again, once in a while, so that a part that is gone for good does not load it for ever.

const KEY = "torg.loaded-again";
const PAUSE_MS = 60_000;

export function stayFresh(): void {
  addEventListener("vite:preloadError", () => {
    try {
      const last = Number(sessionStorage.getItem(KEY));
      if (Date.now() - last < PAUSE_MS) return;
      sessionStorage.setItem(KEY, String(Date.now()));
    } catch {
      return;
    }
    location.reload();
  });
}

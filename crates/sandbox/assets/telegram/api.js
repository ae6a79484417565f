// The local Telegram as the phone asks it. Never throws: an answer is `{ok, status, data}`, with
// status 0 when there was none.

const base = "/_sandbox/telegram";

async function ask(path, options) {
  const answer = { ok: false, status: 0, data: null };
  try {
    const response = await fetch(base + path, options);
    answer.status = response.status;
    answer.ok = response.ok;
    answer.data = await response.json();
  } catch {
    // No server, or an answer that is not JSON.
    answer.ok = false;
  }
  return answer;
}

export const readPeople = () => ask("/people");
export const readState = (as) => ask(`/state?as=${as}`);

/** `act(1001, "send", { chat, text })` */
export function act(as, type, fields) {
  const body = JSON.stringify({ as, type, ...fields });
  return ask("/act", { method: "POST", headers: { "content-type": "application/json" }, body });
}

/** Events of one person after `seq`. */
export function events(as, seq) {
  return new EventSource(`${base}/events?as=${as}&after=${seq}`);
}

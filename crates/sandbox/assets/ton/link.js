// Reads a transfer link: ton, colon, two slashes, transfer, the address, and then
// amount (nanotons), text, bin (a payload) and init (a StateInit), both as bags of cells in base64.

/** `{to, amount, text, bin, init}`, or null when it is no such link. */
export function readLink(link) {
  const match = /^ton:\/\/transfer\/([^?#]+)(?:\?([^#]*))?$/.exec(link.trim());
  if (match === null) return null;
  const query = new URLSearchParams(match[2] ?? "");
  const amount = query.get("amount");
  if (amount !== null && !/^\d{1,19}$/.test(amount)) return null;
  return {
    to: decodeURIComponent(match[1]),
    amount,
    text: query.get("text"),
    // A plus sign that nobody escaped arrives as a space.
    bin: query.get("bin")?.replaceAll(" ", "+") ?? null,
    init: query.get("init")?.replaceAll(" ", "+") ?? null,
  };
}

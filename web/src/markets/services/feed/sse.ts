// Server-sent events taken apart. The browser's own reader hides the comments by which a quiet server
// says that it is still there, and the ids that come with them.

export interface Frame {
  /** Where to resume after it. */
  id: string | undefined;
  event: string;
  /** Empty for a sign of life. */
  data: string;
}

/** Gets the text as it comes, in pieces of any size; gives back the frames that are whole. */
export function sseReader(): (text: string) => Frame[] {
  let rest = "";
  return (text) => {
    rest += text;
    const parts = rest.split(/\r?\n\r?\n/);
    rest = parts.pop() ?? "";
    return parts.map(frame);
  };
}

function frame(text: string): Frame {
  let [id, event]: [string | undefined, string] = [undefined, "message"];
  const data: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") id = value;
    else if (name === "event") event = value;
    else if (name === "data") data.push(value);
  }
  return { id, event, data: data.join("\n") };
}

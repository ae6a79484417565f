// Files that need a credential: fetched like everything else, then handed to the browser.

import { Offline, refusal } from "./errors";
import { credential, renew } from "./session";

async function ask(path: string): Promise<Response> {
  try {
    return await fetch(path, { headers: credential() });
  } catch (cause) {
    throw new Offline("no connection", { cause });
  }
}

/** Fetches `path` and saves it as `name`. */
export async function download(path: string, name: string): Promise<void> {
  let response = await ask(path);
  if (response.status === 401 && (await renew())) response = await ask(path);
  if (!response.ok) throw await refusal(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

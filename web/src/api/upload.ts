// Files that go to the server as they are.

import { Offline, refusal } from "./errors";
import { credential, renew } from "./session";

async function send(path: string, file: Blob, type: string): Promise<Response> {
  try {
    return await fetch(path, { method: "POST", headers: { ...credential(), "content-type": type }, body: file });
  } catch (cause) {
    throw new Offline("no connection", { cause });
  }
}

/** Sends `file` to `path`; the answer's data. */
export async function upload<T>(path: string, file: Blob, type: string): Promise<T> {
  let response = await send(path, file, type);
  if (response.status === 401 && (await renew())) response = await send(path, file, type);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

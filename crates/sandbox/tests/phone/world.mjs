// The demo as a stranger starts it, with a bot of the test beside its own.

import { spawn } from "node:child_process";

/** `{url, api, token, bot, stop}`: the page, the Bot API, the token and the id of the test's bot. */
export async function startWorld() {
  const program = process.env.TORG_PROGRAM;
  if (program === undefined) throw new Error("TORG_PROGRAM names no binary; run tools/phone.sh");
  const child = spawn(program, ["demo", "--temp"], {
    env: { ...process.env, TORG_HTTP__LISTEN: "127.0.0.1:0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await address(child);
  const response = await fetch(`${url}_sandbox/telegram/bots`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "phone_test_bot", first_name: "Tester" }),
  });
  if (!response.ok) throw new Error(`the local Telegram makes no bot: ${response.status} ${await response.text()}`);
  const { id, token } = await response.json();
  const stop = () =>
    new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGTERM");
    });
  return { url, api: `${url}_sandbox/telegram/api`, token, bot: id, stop };
}

function address(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text) => {
      said += text;
      const found = /^listening on (http:\S+)$/m.exec(said);
      if (found !== null) resolve(`${found[1]}/`);
    });
    child.once("exit", (code) => reject(new Error(`the demo ended with ${code}: ${said}`)));
  });
}

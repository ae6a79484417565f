// The demo as a stranger starts it, with keys that the tests know, so that they can open the app as
// anybody and speak to the API as the page does.

import { spawn } from "node:child_process";
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const TOKEN = `7100000001:${randomBytes(24).toString("base64url").slice(0, 35).padEnd(35, "A")}`;
const SECRET = randomBytes(24).toString("hex");
const BUILT = fileURLToPath(new URL("../../../target/debug/torg", import.meta.url));

/** People of the demo, and staff that `staff()` makes. */
export const ANNA = { id: 1001, first_name: "Анна", last_name: "Соколова", username: "anna_sokolova" };
export const BORIS = { id: 2001, first_name: "Борис", last_name: "Кузнецов", username: "boris_master" };
export const VERA = { id: 2002, first_name: "Вера", last_name: "Орлова", username: "vera_orlova" };
export const GLEB = { id: 2003, first_name: "Глеб", last_name: "Морозов", username: "gleb_moroz" };
export const DARYA = { id: 2004, first_name: "Дарья", last_name: "Ёлкина" };
export const ELENA = { id: 3001, first_name: "Елена", last_name: "Власова", username: "elena_operator" };

/** Settings that stand in the way of a test: nobody types as fast as one. */
const PATIENT = {
  TORG_LIMITS__ENABLED: "false",
  TORG_SERVICES__CREATE_PER_MINUTE: "100000",
  TORG_SERVICES__LIST_PER_MINUTE: "100000",
  TORG_SERVICES__TAKE_PER_MINUTE: "100000",
  TORG_SHOP__CREATE_PER_MINUTE: "100000",
  TORG_SHOP__LIST_PER_MINUTE: "100000",
  TORG_PAYMENTS__TEST_DELAY_MS: "200",
};

export class World {
  /** Address of the server, with a slash at its end. */
  url = "";
  #child;
  #ahead = 0;

  /** Starts the program; `settings` are variables of its environment. */
  static async start(settings = {}) {
    const program = process.env.TORG_BIN ?? BUILT;
    if (!existsSync(program)) throw new Error(`${program} is not there: build it, or name another in TORG_BIN`);
    const world = new World();
    world.#child = spawn(program, ["demo", "--temp"], {
      env: { ...process.env, TORG_HTTP__LISTEN: "127.0.0.1:0", TORG_TELEGRAM__BOT_TOKEN: TOKEN, TORG_ADMIN__SECRET: SECRET, ...PATIENT, ...settings },
      stdio: ["ignore", "pipe", "inherit"],
    });
    world.url = await address(world.#child);
    return world;
  }

  stop() {
    if (this.#child.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#child.once("exit", resolve);
      this.#child.kill("SIGTERM");
    });
  }

  get secret() {
    return SECRET;
  }

  /** Milliseconds since 1970 by the server's clock. */
  now() {
    return Date.now() + this.#ahead;
  }

  /** Moves the server's clock ahead; what becomes due begins at once. */
  async advance(seconds) {
    await this.call(null, "POST", "/_clock", { advance_seconds: seconds });
    this.#ahead += seconds * 1000;
  }

  /** What Telegram hands to the Mini App that `person` opens, signed now. */
  initData(person, { language = "ru", start } = {}) {
    const user = { ...person, language_code: language, allows_write_to_pm: true };
    const fields = {
      user: JSON.stringify(user),
      auth_date: String(Math.floor(this.now() / 1000)),
      chat_instance: String(person.id),
      chat_type: "sender",
      query_id: `AAH${randomBytes(8).toString("hex")}`,
      ...(start === undefined ? {} : { start_param: start }),
    };
    const lines = Object.entries(fields).map(([name, value]) => `${name}=${value}`).sort().join("\n");
    const key = createHmac("sha256", "WebAppData").update(TOKEN).digest();
    const hash = createHmac("sha256", key).update(lines).digest("hex");
    return new URLSearchParams({ ...fields, hash }).toString();
  }

  /** `{status, body, headers}` of one request as `person`, "operator" (the secret) or nobody. */
  async ask(person, method, path, body, headers = {}) {
    const credential = person === null ? {} : person === "operator" ? { "x-admin-secret": SECRET } : { authorization: `tma ${this.initData(person)}` };
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { "idempotency-key": randomUUID(), ...(body === undefined ? {} : { "content-type": "application/json" }), ...credential, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, body: json && text !== "" ? JSON.parse(text) : text, headers: response.headers };
  }

  /** The answer to one request, which must succeed. */
  async call(person, method, path, body, headers) {
    const answer = await this.ask(person, method, path, body, headers);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A person with a role of the staff, known to the server. */
  async staff(id, role, first_name) {
    const person = { id, first_name, username: `staff_${id}` };
    await this.call(person, "GET", "/api/users/me");
    await this.call("operator", "PUT", `/api/admin/staff/${id}/roles/${role}`);
    return person;
  }

  /** Puts roubles on the balance of `person`, as the demo allows. */
  recharge(person, rubles) {
    return this.call(person, "POST", "/api/balance/recharge", { amount: rubles });
  }

  async balance(person) {
    return (await this.call(person, "GET", "/api/balance")).balance;
  }

  /** A job posted by `person`. */
  order(person, { category = "Сантехника", city = "Москва", description, contact = "+7 916 123-45-67" }) {
    return this.call(person, "POST", "/api/orders", { category, city, description, contact });
  }
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

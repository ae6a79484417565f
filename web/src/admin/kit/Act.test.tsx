import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "preact";
import { afterEach, expect, it, vi } from "vitest";
import { Offline } from "@/api/errors";
import { queries } from "@/app/queries";
import { useDeed, type Deed } from "./Act";

const box = document.body.appendChild(document.createElement("div"));
afterEach(() => render(null, box));

function Page({ deed }: { deed: Deed }) {
  const [ask, dialog] = useDeed();
  return <><button type="button" id="ask" onClick={() => ask(deed)}>ask</button>{dialog}</>;
}

const settle = () => new Promise((done) => setTimeout(done, 30));

async function open(deed: Deed): Promise<{ type: (text: string) => Promise<void>; press: () => Promise<void> }> {
  render(<QueryClientProvider client={queries}><Page deed={deed} /></QueryClientProvider>, box);
  box.querySelector<HTMLButtonElement>("#ask")?.click();
  await settle();
  return {
    type: async (text) => {
      const field = box.querySelector("textarea");
      if (field === null) throw new Error("no field");
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await settle();
    },
    press: async () => {
      box.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
      await settle();
    },
  };
}

it("asks for a reason before anything is sent", async () => {
  const send = vi.fn(async () => undefined);
  const { type, press } = await open({ title: "t", yes: "y", send });
  await press();
  await type("  ab ");
  await press();
  expect(send).not.toHaveBeenCalled();
  expect(box.querySelector("[aria-invalid=true]")).not.toBeNull();
  await type("  because ");
  await press();
  expect(send).toHaveBeenCalledTimes(1);
  expect(send.mock.calls[0]).toEqual(["because", expect.any(String)]);
});

it("keeps the key while it is the same intent, and takes another for another reason", async () => {
  const keys: string[] = [];
  const send = vi.fn(async (_: string, key: string) => {
    keys.push(key);
    throw new Offline("lost");
  });
  const { type, press } = await open({ title: "t", yes: "y", send });
  await type("because");
  await press();
  await press();
  await type("because of that");
  await press();
  expect(keys).toHaveLength(3);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

it("sends once, however fast it is pressed", async () => {
  const send = vi.fn(async () => undefined);
  const { type } = await open({ title: "t", yes: "y", send });
  await type("because");
  const form = box.querySelector("form");
  for (let n = 0; n < 3; n++) form?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await settle();
  expect(send).toHaveBeenCalledTimes(1);
});

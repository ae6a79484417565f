// Whose phone it is: everybody, with what they have not read.

import { fill, h, keep } from "../dom.js";
import { state } from "../state.js";
import { t } from "../text.js";
import { avatar, firstName, fullName } from "./names.js";
import { become, tg } from "./world.js";

export function drawPeople(box, chosen) {
  fill(box, (tg.people ?? []).map((person) => {
    const current = person.id === tg.me;
    const unread = tg.unread.get(person.id) ?? 0;
    return keep(`tg-person-${person.id}`, [state.lang, current, unread], () =>
      h("button.tg-person", { type: "button", ariaPressed: String(current), "data-focus": `tg-person-${person.id}`, "data-person": person.id, onclick: () => choose(person.id, chosen) },
        avatar(person.id, fullName(person)),
        h("span.who", null, h("b", null, firstName(person)), h("small", null, t(person.hint))),
        unread === 0 ? null : h("span.badge", null, h("span", { ariaHidden: "true" }, unread > 99 ? "99+" : String(unread)), h("span.unseen", null, t("tg_unread", { n: unread })))));
  }));
  if (shown === tg.me) return;
  shown = tg.me;
  const current = box.querySelector("[aria-pressed=true]");
  if (current !== null) box.scrollTo({ left: current.offsetLeft - (box.clientWidth - current.offsetWidth) / 2 });
}

let shown = 0;

async function choose(id, chosen) {
  chosen(id);
  await become(id);
}

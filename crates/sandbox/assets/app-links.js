// Links that open the Mini App in a tab of its own, as one of the people: the server signs for them
// when the link is followed.

import { h } from "./dom.js";
import { themeParams } from "./telegram/theme.js";
import { personName, t } from "./text.js";

/** The address that opens the app as `id`, at the page `to`. */
function address(id, to = "") {
  const said = new URLSearchParams({ theme: JSON.stringify(themeParams()) });
  if (to !== "") said.set("to", to);
  return `/_sandbox/open/${id}?${said}`;
}

/** Whether the panel is theirs, too. */
const isStaff = (person) => ["operator", "finance", "moderator", "support", "read_only"].includes(person.role);

const link = (href, text, name) => h("a", { href, target: "_blank", rel: "noopener", "data-app-link": name }, text);

/** Of one person, with the panel if it is theirs. */
export function appLinks(person) {
  return h("p.app-links", null,
    link(address(person.id), t("app_open"), `app-${person.id}`),
    isStaff(person) ? link(address(person.id, "admin"), t("admin_panel"), `admin-${person.id}`) : null);
}

/** Of everybody, by their first names; then the panel, for those who work on it. */
export function everybodysApps(people) {
  const first = (person) => personName(person.name).split(" ")[0];
  const staff = people.filter(isStaff);
  return h("div.app-everybody", null,
    h("p.app-links", null, h("span", null, `${t("app_in_tab")}:`), people.map((person) => link(address(person.id), first(person), `app-${person.id}`))),
    h("p.app-links", null, h("span", null, `${t("admin_panel")}:`), staff.map((person) => link(address(person.id, "admin"), first(person), `admin-${person.id}`))));
}

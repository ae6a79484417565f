// Who works here, and what they may. The server decides; the panel only does not offer the rest.

import { isBySecret } from "@/api/session";
import { useBootstrap, type Role } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { kitTexts } from "./kit.texts";

const SECRET: readonly Role[] = ["owner"];
const NONE: readonly Role[] = [];

export function useStaff() {
  const t = useTexts(kitTexts);
  const app = useBootstrap();
  const roles: readonly Role[] = isBySecret() ? SECRET : (app.data?.me?.roles ?? NONE);
  const may = (...needed: Role[]) => roles.includes("owner") || needed.some((role) => roles.includes(role));
  return {
    roles,
    /** The person's own id; none with the operator's secret. */
    id: isBySecret() ? null : (app.data?.me?.id ?? null),
    /** Whether they have one of `needed`; an owner may all. */
    may,
    /** Why something is switched off, in words; nothing when they may. */
    why: (...needed: Role[]) => (may(...needed) ? undefined : t("needs_role", { roles: (needed.length === 0 ? SECRET : needed).map((role) => t(`role_${role}`)).join(` ${t("or")} `) })),
    roleName: (role: Role) => t(`role_${role}`),
  };
}

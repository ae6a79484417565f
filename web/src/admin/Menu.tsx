import { useEffect, useRef } from "preact/hooks";
import { Link, useLocation } from "wouter";
import { forget, isByHand, isBySecret } from "@/api/session";
import { api } from "@/api/client";
import { useBootstrap } from "@/app/bootstrap";
import { queries } from "@/app/queries";
import { formatNumber, useLang, useTexts } from "@/i18n";
import { Row, Rows, Section } from "@/kit/Row";
import { kitTexts } from "./kit/kit.texts";
import { useStaff } from "./kit/staff";
import { activePath, menu, placeOf, type Item } from "./menu";
import { menuTexts } from "./menu.texts";
import { OnComputer } from "./OnComputer";
import { useToday } from "./today";

function useMenu() {
  const app = useBootstrap();
  const { may } = useStaff();
  const today = useToday();
  const count = (item: Item) => (today.data?.queue ?? []).reduce((sum, one) => (item.waits.includes(one.name) ? sum + one.count : sum), 0);
  return { groups: menu(app.data, may), count };
}

function Count({ n }: { n: number }) {
  const language = useLang();
  return n > 0 ? <span class="count">{formatNumber(n, language)}</span> : null;
}

/** Forgets who this is and everything that was seen. */
async function signOut(): Promise<void> {
  // A session ends at the server too; if that cannot be reached it ends by itself.
  if (!isBySecret()) await api.post("/api/auth/logout").catch(() => undefined);
  forget();
  queries.clear();
  location.assign("/app/admin");
}

/** At the side of a wide screen. */
export function SideMenu() {
  const t = useTexts(menuTexts);
  const k = useTexts(kitTexts);
  const [location] = useLocation();
  const { groups, count } = useMenu();
  const active = activePath(groups, location);
  const nav = useRef<HTMLElement>(null);
  // The menu may be longer than the window.
  useEffect(() => nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }), [active]);
  return (
    <nav class="side-menu" ref={nav} aria-label={k("menu")}>
      {groups.map((group) => (
        <div key={group.name} role="group" aria-label={group.title}>
          <h2 aria-hidden="true">{group.title}</h2>
          {group.items.map((item) => (
            <Link key={item.path} href={placeOf(item.path)} aria-current={item.path === active ? "page" : undefined} data-testid={`to-${item.path || "today"}`}>
              <span>{item.title}</span><Count n={count(item)} />
            </Link>
          ))}
        </div>
      ))}
      <div role="group">
        <Link href="/" data-testid="to-app">{t("to_app")}</Link>
        {isByHand() ? <button type="button" onClick={() => void signOut()}>{t("sign_out")}</button> : null}
      </div>
    </nav>
  );
}

/** On a phone: a list below the first page. */
export function MenuList() {
  const t = useTexts(menuTexts);
  const { groups, count } = useMenu();
  return (
    <>
      {groups.map((group) => (
        <Section key={group.name} title={group.title}>
          <Rows>
            {group.items.filter((item) => item.path !== "").map((item) => (
              <Row key={item.path} title={item.title} side={<Count n={count(item)} />} to={placeOf(item.path)} testId={`to-${item.path}`} />
            ))}
          </Rows>
        </Section>
      ))}
      {isByHand() ? <Rows><Row title={t("sign_out")} onClick={() => void signOut()} /></Rows> : <OnComputer />}
    </>
  );
}

import { Link, useLocation } from "wouter";
import { isBySecret, useSecret } from "@/api/session";
import { useBootstrap } from "@/app/bootstrap";
import { queries } from "@/app/queries";
import { formatNumber, useLang, useTexts } from "@/i18n";
import { Row, Rows, Section } from "@/kit/Row";
import { kitTexts } from "./kit/kit.texts";
import { useStaff } from "./kit/staff";
import { activePath, menu, placeOf, type Item } from "./menu";
import { menuTexts } from "./menu.texts";
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

/** Forgets the operator's secret and everything that was seen with it. */
export function signOut(): void {
  useSecret(null);
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
  return (
    <nav class="side-menu" aria-label={k("menu")}>
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
        {isBySecret() ? <button type="button" onClick={signOut}>{t("sign_out")}</button> : null}
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
      {isBySecret() ? <Rows><Row title={t("sign_out")} onClick={signOut} /></Rows> : null}
    </>
  );
}

// The admin panel: who may come in, the menu, the pages.

import "./admin.css";
import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { Link, Route, Switch } from "wouter";
import { ApiError, explain } from "@/api/errors";
import { forget, isByHand, isSignedIn } from "@/api/session";
import { useBootstrap } from "@/app/bootstrap";
import { NotFound } from "@/app/NotFound";
import { queries } from "@/app/queries";
import { text, useTexts } from "@/i18n";
import { Screen } from "@/kit/Screen";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { kitTexts } from "./kit/kit.texts";
import { useStaff } from "./kit/staff";
import { marketsHere } from "./menu";
import { SideMenu } from "./Menu";
import { pages } from "./pages";
import { SignIn } from "./SignIn";
import { signInTexts } from "./signin.texts";
import Today from "./today/Today";
import { useWide } from "./wide";

explain("role_required", () => text(kitTexts, "denied"));
explain("stale_version", () => text(kitTexts, "stale"));

const routes = Object.entries(pages).map(([path, load]) => ({ path, Page: lazy(load) }));

/** Whether the server has stopped to know whoever signed in by hand. */
function useEnded(): [boolean, (ended: boolean) => void] {
  const [ended, setEnded] = useState(false);
  useEffect(() => queries.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || event.action.type !== "error" || !isByHand()) return;
    const error: unknown = event.action.error;
    if (error instanceof ApiError && error.status === 401) {
      forget();
      setEnded(true);
    }
  }), []);
  return [ended, setEnded];
}

export default function AdminApp() {
  const t = useTexts(signInTexts);
  const [ended, setEnded] = useEnded();
  const [, again] = useState(0);
  const app = useBootstrap();
  const { roles } = useStaff();

  if (!isSignedIn()) return <SignIn ended={ended} onDone={() => { setEnded(false); again((n) => n + 1); }} />;
  if (app.data === undefined) {
    return <Screen title={t("title")} back="/">{app.error ? <Failed error={app.error} onRetry={() => void app.refetch()} /> : <Skeleton />}</Screen>;
  }
  if (roles.length === 0) {
    return (
      <Screen title={t("title")} back="/">
        <Empty title={t("not_staff")}><p>{t("not_staff_note")}</p><Link href="/" class="button quiet">{t("home")}</Link></Empty>
      </Screen>
    );
  }
  return <Panel />;
}

function Panel() {
  const k = useTexts(kitTexts);
  const wide = useWide();
  const app = useBootstrap();
  const toContent = (event: Event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>(".admin .screen h1")?.focus();
  };
  return (
    <div class="admin">
      <a href="#content" class="skip" onClick={toContent}>{k("skip")}</a>
      {wide ? <SideMenu /> : null}
      <Suspense fallback={<main class="screen"><div class="screen-head" /><Skeleton rows={6} /></main>}>
        <Switch>
          <Route path="/admin"><Today /></Route>
          {routes.map(({ path, Page }) => <Route path={`/admin/${path}`} key={path}><Page /></Route>)}
          {marketsHere(app.data).flatMap((market) => market.admin).map((page) => (
            <Route path={`/admin/${page.path}/*?`} key={page.path}><page.Page /></Route>
          ))}
          <Route><NotFound /></Route>
        </Switch>
      </Suspense>
    </div>
  );
}

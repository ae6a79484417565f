import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "preact/compat";
import { Route, Router, Switch, useLocation } from "wouter";
import { markets } from "@/markets";
import { Skeleton } from "@/kit/State";
import { Toasts } from "@/kit/toast";
import { launch } from "@/telegram/host";
import { Catch } from "./Catch";
import { Home } from "./Home";
import { NotFound } from "./NotFound";
import { queries } from "./queries";

const BASE = "/app";

const Wallet = lazy(() => import("@/wallet/WalletApp"));
const Settings = lazy(() => import("./Settings"));
const Admin = lazy(() => import("@/admin/AdminApp"));

function Waiting() {
  return <main class="screen"><div class="screen-head" /><Skeleton /></main>;
}

/** Follows the link with which Telegram opened the app, once. */
function DeepLink() {
  const [, go] = useLocation();
  useEffect(() => {
    const param = launch.startParam;
    if (param === null) return;
    const place = param === "admin" ? "/admin" : markets.map((market) => market.deepLink(param)).find((found) => found !== undefined);
    if (place !== undefined) go(place, { replace: true });
  }, []);
  return null;
}

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Router base={BASE}>
        <DeepLink />
        <Catch>
          <Suspense fallback={<Waiting />}>
            <Switch>
              <Route path="/" component={Home} />
              {markets.map((market) => (
                <Route path={`/${market.name}/*?`} key={market.name}><market.App /></Route>
              ))}
              <Route path="/wallet/*?"><Wallet /></Route>
              <Route path="/settings"><Settings /></Route>
              <Route path="/admin/*?"><Admin /></Route>
              <Route><NotFound /></Route>
            </Switch>
          </Suspense>
        </Catch>
      </Router>
      <Toasts />
    </QueryClientProvider>
  );
}

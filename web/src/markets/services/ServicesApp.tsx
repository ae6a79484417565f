// The screens of urgent local jobs, for those who need one and for those who do them.

import { Suspense } from "preact/compat";
import { useEffect } from "preact/hooks";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { NotFound } from "@/app/NotFound";
import { Skeleton } from "@/kit/State";
import { MyOrders } from "./customer/MyOrders";
import { MyTakes } from "./executor/MyTakes";
import { Feed } from "./feed/Feed";
import { homeOf, SideTabs } from "./Frame";
import { keepRole, keptRole, type Role } from "./kept";
import { EditOrder, loadLater, NewOrder } from "./later";
import { Profile } from "./me/Profile";
import { Reviews } from "./me/Reviews";
import { Subscription } from "./me/Subscription";
import { OrderScreen } from "./order/OrderScreen";
import "./refusals";
import { useScrollPlace } from "./scroll";
import "./services.css";

/** Screens that are one side's alone, and lists that are found again where they were left. */
const SIDES: Record<string, Role> = { "/services/orders": "customer", "/services/new": "customer", "/services/feed": "executor", "/services/takes": "executor" };
const LISTS = new Set(["/services/orders", "/services/feed", "/services/takes"]);

export default function ServicesApp() {
  const [at] = useLocation();
  useScrollPlace(at, LISTS.has(at));
  const side = SIDES[at];
  const role = side ?? keptRole();
  useEffect(() => {
    if (side !== undefined) keepRole(side);
  }, [side]);
  useEffect(loadLater, []);
  const screens = (
    <Suspense fallback={<Waiting />}><Switch>
      <Route path="/services"><Redirect to={homeOf(role)} replace /></Route>
      <Route path="/services/orders" component={MyOrders} />
      <Route path="/services/new" component={NewOrder} />
      <Route path="/services/orders/:id">{({ id }) => <OrderScreen id={id} key={id} />}</Route>
      <Route path="/services/orders/:id/edit">{({ id }) => <EditOrder id={id} key={id} />}</Route>
      <Route path="/services/feed" component={Feed} />
      <Route path="/services/takes" component={MyTakes} />
      <Route path="/services/me"><Profile role={role} /></Route>
      <Route path="/services/me/reviews" component={Reviews} />
      <Route path="/services/me/subscription" component={Subscription} />
      <Route><NotFound /></Route>
    </Switch></Suspense>
  );
  return side !== undefined || at === "/services/me" ? <SideTabs role={role}>{screens}</SideTabs> : screens;
}

function Waiting() {
  return <main class="screen"><div class="screen-head" /><Skeleton rows={4} height={96} /></main>;
}

// Money: the rouble balance and the TON wallet.

import { lazy } from "preact/compat";
import { Route, Switch } from "wouter";
import { NotFound } from "@/app/NotFound";
import Balance from "./Balance";
import { explainWallet } from "./refusals";
import "./wallet.css";

const Ton = lazy(() => import("./ton/TonWallet"));
const Withdraw = lazy(() => import("./ton/Withdraw"));

explainWallet();

export default function WalletApp() {
  return (
    <Switch>
      <Route path="/wallet"><Balance /></Route>
      <Route path="/wallet/ton"><Ton /></Route>
      <Route path="/wallet/ton/withdraw"><Withdraw /></Route>
      <Route><NotFound /></Route>
    </Switch>
  );
}

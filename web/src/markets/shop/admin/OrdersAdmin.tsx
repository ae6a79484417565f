// Everybody's orders, for the staff.

import { Route, Switch } from "wouter";
import { explainWallet } from "@/wallet/refusals";
import { explainShop } from "../refusals";
import { OrderAdmin } from "./OrderAdmin";
import { OrderList } from "./OrderList";
import "../shop.css";

explainWallet();
explainShop();

export default function OrdersAdmin() {
  return (
    <Switch>
      <Route path="/admin/shop/orders"><OrderList /></Route>
      <Route path="/admin/shop/orders/:id">{({ id }) => <OrderAdmin id={id} key={id} />}</Route>
    </Switch>
  );
}

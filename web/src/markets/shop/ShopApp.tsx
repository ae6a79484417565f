// The shop's screens and where they are.

import { Route, Switch } from "wouter";
import { NotFound } from "@/app/NotFound";
import { explainWallet } from "@/wallet/refusals";
import Cart from "./Cart";
import Catalogue from "./Catalogue";
import Checkout from "./Checkout";
import Order from "./Order";
import Orders from "./Orders";
import Product from "./Product";
import { explainShop } from "./refusals";
import "./shop.css";

explainWallet();
explainShop();

export default function ShopApp() {
  return (
    <Switch>
      <Route path="/shop"><Catalogue /></Route>
      <Route path="/shop/products/:id">{({ id }) => <Product id={id} key={id} />}</Route>
      <Route path="/shop/cart"><Cart /></Route>
      <Route path="/shop/checkout"><Checkout /></Route>
      <Route path="/shop/orders"><Orders /></Route>
      <Route path="/shop/orders/:id">{({ id }) => <Order id={id} key={id} />}</Route>
      <Route><NotFound /></Route>
    </Switch>
  );
}

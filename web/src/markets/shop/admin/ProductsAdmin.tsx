// The catalogue, for the staff.

import { Route, Switch } from "wouter";
import { explainShop } from "../refusals";
import { Import } from "./Import";
import { NewProduct } from "./NewProduct";
import { ProductList } from "./ProductList";
import { ProductPage } from "./ProductPage";
import "../shop.css";

explainShop();

export default function ProductsAdmin() {
  return (
    <Switch>
      <Route path="/admin/shop/products"><ProductList /></Route>
      <Route path="/admin/shop/products/new"><NewProduct /></Route>
      <Route path="/admin/shop/products/import"><Import /></Route>
      <Route path="/admin/shop/products/:id">{({ id }) => <ProductPage id={id} key={id} />}</Route>
    </Switch>
  );
}

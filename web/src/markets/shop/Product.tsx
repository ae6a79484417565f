// One product: what it looks like, what it costs, how many of it are to go into the cart.

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter";
import { useBootstrap } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { times } from "@/i18n/decimal";
import { useFormat } from "@/i18n/format";
import { Stepper } from "@/kit/Field";
import { Icon } from "@/kit/Icon";
import { Badge, Row, Rows, Section } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Loaded } from "@/kit/State";
import { toast } from "@/kit/toast";
import { tick } from "@/telegram/host";
import { MainAction } from "@/telegram/buttons";
import { texts } from "./catalogue.texts";
import { QUANTITY_MAX, useCart, useProduct, useQuantity, type Cart, type Product as Shown } from "./data";
import { Kinds } from "./Kinds";
import { Paused, usePaused } from "./Paused";
import { Picture } from "./Picture";
import { Availability } from "./ProductCard";
import { shelfAddress } from "./shelf";

export default function Product({ id }: { id: string }) {
  const t = useTexts(texts);
  const query = useProduct(id);
  const signedIn = useBootstrap().data?.me != null;
  const cart = useCart(signedIn);
  const count = cart.data?.items.reduce((sum, line) => sum + line.quantity, 0) ?? 0;
  const side = signedIn ? (
    <Link href="/shop/cart" class="icon-button tab-icon" aria-label={`${t("cart")}: ${count}`} data-testid="to-cart">
      <Icon name="cart" />{count > 0 ? <span class="tab-count on-button">{count}</span> : null}
    </Link>
  ) : null;
  return (
    <Screen title={query.data?.name ?? t("shop")} back={shelfAddress()} side={side} onRefresh={() => Promise.all([query.refetch(), cart.refetch()])}>
      <Paused />
      <Loaded query={query} skeleton={<Bones />}>
        {(product) => <Shown product={product} cart={cart.data} signedIn={signedIn} />}
      </Loaded>
    </Screen>
  );
}

function Bones() {
  return (
    <div class="product-page" aria-hidden="true">
      <span class="picture large bone" />
      <div class="card"><span class="bone big" /><span class="bone" /></div>
    </div>
  );
}

function Shown({ product, cart, signedIn }: { product: Shown; cart: Cart | undefined; signedIn: boolean }) {
  const t = useTexts(texts);
  const f = useFormat();
  const canOrder = product.is_active && product.stock > 0;
  return (
    <div class="product-page">
      <Gallery product={product} />
      <div class="card">
        <p class="line"><span class="big amount" data-testid="price">{f.money(product.price, product.currency)}</span></p>
        <p class="line"><Availability product={product} always />{product.is_digital ? <Badge tone="info">{t("digital")}</Badge> : null}</p>
        {product.is_digital ? <p class="note">{t("digital_hint")}</p> : null}
        {!signedIn ? <p class="note">{t("sign_in")}</p> : null}
        {signedIn && canOrder && cart !== undefined ? <Buy product={product} cart={cart} /> : null}
      </div>
      <Kinds product={product} />
      {product.description ? <Section title={t("about")}><p class="card pre">{product.description}</p></Section> : null}
      {product.category || product.sku ? (
        <Rows>
          {product.category ? <Row title={t("category")} side={product.category} to={`/shop?category=${encodeURIComponent(product.category)}`} /> : null}
          {product.sku ? <Row title={t("article")} side={product.sku} /> : null}
        </Rows>
      ) : null}
    </div>
  );
}

function Gallery({ product }: { product: Shown }) {
  const t = useTexts(texts);
  if (product.images.length < 2) return <div class="picture-box"><Picture name={product.name} group={product.category} src={product.images[0]} alt={product.name} /></div>;
  return (
    <div class="gallery" tabIndex={0} role="group" aria-label={product.name}>
      {product.images.map((src, n) => <Picture name={product.name} group={product.category} src={src} alt={t("photo", { n: n + 1, name: product.name })} key={src} />)}
    </div>
  );
}

/** How many, and the button at the foot: into the cart, another number, or on to the cart. */
function Buy({ product, cart }: { product: Shown; cart: Cart }) {
  const t = useTexts(texts);
  const f = useFormat();
  const [, go] = useLocation();
  const inCart = cart.items.find((line) => line.product_id === product.id)?.quantity ?? 0;
  const [wanted, setWanted] = useState<number>();
  const change = useQuantity();
  const paused = usePaused() !== undefined;
  const most = Math.min(product.stock, QUANTITY_MAX);
  const quantity = Math.min(wanted ?? Math.max(inCart, 1), most);
  const same = quantity === inCart;
  const total = f.money(times(product.price, quantity), product.currency);
  const text = same ? t("to_cart") : inCart > 0 ? t("change_to", { n: quantity, total }) : t("add_for", { total });
  const press = () => {
    if (same) return go("/shop/cart");
    change.mutate({ id: product.id, quantity }, { onSuccess: () => toast(t("added")) });
  };
  return (
    <>
      <div class="line buy">
        <span>{inCart > 0 ? t("in_cart", { n: inCart }) : t("quantity")}</span>
        <span class="end"><Stepper label={t("quantity")} value={quantity} min={1} max={most} onChange={(next) => { tick(); setWanted(next); }} /></span>
      </div>
      <MainAction text={text} onPress={press} busy={change.isPending} disabled={paused && !same} />
    </>
  );
}

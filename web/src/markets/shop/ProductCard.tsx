import { Link } from "wouter";
import { useTexts } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Icon } from "@/kit/Icon";
import { Badge } from "@/kit/Row";
import { tick } from "@/telegram/host";
import { texts } from "./catalogue.texts";
import { useQuantity, type Product } from "./data";
import { Picture } from "./Picture";

/** From here on the number that is left is worth saying. */
const FEW = 5;

export function Availability({ product, always }: { product: Pick<Product, "stock" | "is_active" | "is_digital">; always?: boolean }) {
  const t = useTexts(texts);
  if (!product.is_active) return <Badge tone="bad">{t("inactive")}</Badge>;
  if (product.stock <= 0) return <Badge tone="bad">{t("sold_out")}</Badge>;
  if (product.stock <= FEW) return <Badge tone="warn">{t("left", { n: product.stock })}</Badge>;
  return always ? <Badge tone="good">{t("in_stock", { n: product.stock })}</Badge> : null;
}

interface Props {
  product: Product;
  /** How many of it the person has in the cart; none when nothing can be put there. */
  inCart: number | undefined;
}

export function ProductCard({ product, inCart }: Props) {
  const t = useTexts(texts);
  const f = useFormat();
  const change = useQuantity();
  const canAdd = inCart !== undefined && product.is_active && product.stock > inCart;
  const add = () => {
    tick();
    change.mutate({ id: product.id, quantity: (inCart ?? 0) + 1 });
  };
  return (
    <article class="product-card">
      <Link href={`/shop/products/${product.id}`} class="product-link" data-testid="product">
        <Picture name={product.name} group={product.category} src={product.images[0]} />
        <span class="product-badges"><Availability product={product} />{product.is_digital && product.stock > FEW ? <Badge tone="info">{t("digital")}</Badge> : null}</span>
        <span class="product-price amount">{f.money(product.price, product.currency)}</span>
        <span class="product-name">{product.name}</span>
      </Link>
      {canAdd || (inCart ?? 0) > 0 ? (
        <button type="button" class={inCart ? "product-add on" : "product-add"} aria-label={`${t("add_one", { name: product.name })}${inCart ? `, ${inCart}` : ""}`} disabled={!canAdd || change.isPending} onClick={add} data-testid="product-add">
          {inCart ? <span aria-live="polite">{inCart}</span> : <Icon name="plus" />}
        </button>
      ) : null}
    </article>
  );
}

/** As high as the cards will be. */
export function CardBones({ count = 6 }: { count?: number }) {
  return (
    <div class="products" aria-hidden="true">
      {Array.from({ length: count }, (_, n) => (
        <div class="product-card" key={n}>
          <span class="picture bone" />
          <span class="product-price bone" />
          <span class="product-name bone" />
        </div>
      ))}
    </div>
  );
}

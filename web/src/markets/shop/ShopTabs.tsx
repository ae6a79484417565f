import type { ComponentChildren } from "preact";
import { useBootstrap } from "@/app/bootstrap";
import { useTexts } from "@/i18n";
import { Tabs } from "@/kit/Tabs";
import { texts } from "./catalogue.texts";
import { useCart } from "./data";
import { shelfAddress } from "./shelf";

/** The three places of the shop; a stranger sees the shelves alone. */
export function ShopTabs({ children }: { children: ComponentChildren }) {
  const t = useTexts(texts);
  const signedIn = useBootstrap().data?.me != null;
  const count = useCart(signedIn).data?.items.reduce((sum, line) => sum + line.quantity, 0);
  if (!signedIn) return <>{children}</>;
  return (
    <Tabs label={t("shop")} tabs={[
      { to: shelfAddress(), text: t("shelf"), icon: "shop", testId: "tab-shelf" },
      { to: "/shop/cart", text: t("cart"), icon: "cart", count, testId: "tab-cart" },
      { to: "/shop/orders", text: t("orders"), icon: "list", testId: "tab-orders" },
    ]}>{children}</Tabs>
  );
}

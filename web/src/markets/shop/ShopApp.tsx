import { Screen } from "@/kit/Screen";
import { useTexts } from "@/i18n";
import { names } from "./names";

export default function ShopApp() {
  const t = useTexts(names);
  return <Screen title={t("title")} back="/"><p /></Screen>;
}

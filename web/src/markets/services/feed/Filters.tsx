import { useState } from "preact/hooks";
import { useTexts } from "@/i18n";
import { tick } from "@/telegram/host";
import { CityPicker } from "../CityPicker";
import { CATEGORIES } from "../model";
import { categoryName, texts as shared } from "../texts";
import type { Filter } from "./first";
import { texts } from "./texts";

/** City and kind of work, in one line that is pushed aside with a finger. */
export function Filters({ filter, onChange }: { filter: Filter; onChange: (next: Filter) => void }) {
  const t = useTexts(texts);
  const s = useTexts(shared);
  const [choosing, setChoosing] = useState(false);
  const choose = (category: Filter["category"]) => {
    tick();
    onChange({ ...filter, category });
  };
  return (
    <>
      <div class="svc-filters" role="group" aria-label={s("category")}>
        <button type="button" class="chip svc-city" aria-pressed={filter.city !== ""} onClick={() => setChoosing(true)} data-testid="filter-city">{filter.city || s("any_city")} ▾</button>
        <button type="button" class="chip" aria-pressed={filter.category === ""} onClick={() => choose("")} data-testid="filter-all">{t("all")}</button>
        {CATEGORIES.map((category) => (
          <button type="button" class="chip" key={category} aria-pressed={filter.category === category} onClick={() => choose(category)} data-testid="filter-category">{categoryName(category)}</button>
        ))}
      </div>
      {choosing ? <CityPicker none={s("any_city")} onClose={() => setChoosing(false)} onChoose={(city) => { setChoosing(false); onChange({ ...filter, city }); }} /> : null}
    </>
  );
}

// Choosing a city: a sheet with a search, which also takes a place that is not on the list.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "preact/hooks";
import { api } from "@/api/client";
import { useTexts } from "@/i18n";
import { Input } from "@/kit/Field";
import { Row, Rows } from "@/kit/Row";
import { Sheet } from "@/kit/Sheet";
import { Failed, Skeleton } from "@/kit/State";
import { texts } from "./texts";

const SHOWN = 30;
/** As the server measures a city. */
export const isCity = (text: string): boolean => {
  const length = [...text.trim()].length;
  return length >= 2 && length <= 100 && !/\p{Cc}/u.test(text);
};

function useCities(search: string) {
  const [asked, ask] = useState(search);
  useEffect(() => {
    const timer = setTimeout(() => ask(search), 150);
    return () => clearTimeout(timer);
  }, [search]);
  return useQuery({
    queryKey: ["services", "cities", asked.toLowerCase()],
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await api.get("/api/cities", { params: { query: asked === "" ? {} : { search: asked } }, signal })).slice(0, SHOWN),
  });
}

interface Props {
  onChoose: (city: string) => void;
  onClose: () => void;
  /** What to call the choice of no city; without it one has to be chosen. */
  none?: string;
}

export function CityPicker({ onChoose, onClose, none }: Props) {
  const t = useTexts(texts);
  const [search, setSearch] = useState("");
  const typed = search.trim();
  const found = useCities(typed);
  const exact = found.data?.some((city) => city.toLowerCase() === typed.toLowerCase()) ?? false;
  return (
    <Sheet title={t("city")} onClose={onClose}>
      <form class="svc-cities" onSubmit={(event) => { event.preventDefault(); const only = found.data?.[0]; if (typed !== "" && only !== undefined) onChoose(only); }}>
        <Input label={t("city_search")} value={search} onChange={setSearch} type="search" inputMode="search" name="city-search" max={100} />
        {found.error && found.data === undefined ? <Failed error={found.error} onRetry={() => void found.refetch()} /> : found.data === undefined ? <Skeleton rows={6} height={48} /> : (
          <Rows label={t("city")}>
            {none !== undefined && typed === "" ? <Row title={none} onClick={() => onChoose("")} testId="city-none" /> : null}
            {found.data.map((city) => <Row key={city} title={city} onClick={() => onChoose(city)} testId="city" />)}
            {isCity(typed) && !exact ? <Row title={t("city_use", { city: typed })} note={found.data.length === 0 ? t("city_none") : undefined} onClick={() => onChoose(typed)} testId="city-typed" /> : null}
          </Rows>
        )}
      </form>
    </Sheet>
  );
}

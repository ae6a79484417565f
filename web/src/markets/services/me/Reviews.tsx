// Reviews about me as an executor, and those that I wrote as a customer.

import { useQuery } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { Link } from "wouter";
import { api } from "@/api/client";
import { useFormat } from "@/i18n/format";
import { useTexts } from "@/i18n";
import { Segments, Stars } from "@/kit/Field";
import { Rows } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { Empty, Loaded, Skeleton } from "@/kit/State";
import { useMe } from "../api";
import { SignIn } from "../Frame";
import { comeFrom } from "../kept";
import { categoryName } from "../texts";
import { texts } from "./texts";

type Side = "of_me" | "by_me";

function load(side: Side, signal?: AbortSignal) {
  return api.get("/api/reviews", { params: { query: { limit: 100, ...(side === "of_me" ? { mine: true } : { about_me: true }) } }, ...(signal ? { signal } : {}) });
}

type Review = Awaited<ReturnType<typeof load>>[number];

export function Reviews() {
  const t = useTexts(texts);
  const me = useMe();
  const [side, setSide] = useState<Side>("of_me");
  const query = useQuery({ queryKey: ["services", "reviews", side], enabled: me !== undefined, queryFn: ({ signal }) => load(side, signal) });
  return (
    <Screen title={t("reviews_title")} back="/services/me" onRefresh={() => query.refetch()}>
      <Segments label={t("reviews_title")} value={side} options={[{ value: "of_me", text: t("of_me") }, { value: "by_me", text: t("by_me") }]} onChange={setSide} />
      {me === undefined ? <SignIn /> : (
        <Loaded query={query} skeleton={<Skeleton rows={4} height={104} />}>
          {(all) => (all.length === 0 ? <Empty title={t(`none_${side}`)}><p>{t(`none_${side}_more`)}</p></Empty> : <Rows long>{all.map((review) => <ReviewRow review={review} side={side} key={review.id} />)}</Rows>)}
        </Loaded>
      )}
    </Screen>
  );
}

function ReviewRow({ review, side }: { review: Review; side: Side }) {
  const t = useTexts(texts);
  const { moment } = useFormat();
  return (
    <Link href={`/services/orders/${review.order_id}`} class="row svc-review" onClick={() => comeFrom("/services/me/reviews")} data-testid="review">
      <span class="row-main">
        <span class="line"><Stars value={review.rating} label={t("stars", { n: review.rating })} />{side === "of_me" ? <span>{review.author_name}</span> : null}<span class="end row-note">{moment(review.created_at)}</span></span>
        {review.comment ? <span class="pre">{review.comment}</span> : null}
        <span class="row-note clamp">{categoryName(review.category)} · <bdi>{review.city}</bdi> · <bdi>{review.description}</bdi></span>
      </span>
    </Link>
  );
}

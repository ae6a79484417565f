// Messages to many people.

import { useState } from "preact/hooks";
import { api } from "@/api/client";
import type { Broadcast } from "@/api/admin";
import { useList } from "@/app/list";
import { useLang, useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { More } from "@/kit/More";
import { Badge } from "@/kit/Row";
import { Screen } from "@/kit/Screen";
import { useConfirm } from "@/kit/Sheet";
import { Empty, Failed, Skeleton } from "@/kit/State";
import { useAction } from "../kit/Act";
import { Moment, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { broadcastTexts } from "./broadcasts.texts";
import { NewBroadcast } from "./NewBroadcast";
import { StartBroadcast } from "./StartBroadcast";

const TONES = { draft: "plain", sending: "info", done: "good", canceled: "warn" } as const;

export default function Broadcasts() {
  const t = useTexts(broadcastTexts);
  const why = useStaff().why("moderator");
  const [writing, setWriting] = useState(false);
  const list = useList({
    key: ["admin", "broadcasts"],
    load: (cursor, signal) => api.get("/api/admin/broadcasts", { params: { query: { limit: 20, ...(cursor ? { cursor } : {}) } }, signal }),
    rows: (page) => page.broadcasts,
    refetchInterval: 5_000,
  });
  return (
    <Screen title={t("title")} back="/admin" onRefresh={async () => list.refetch()} side={<Button small disabled={why !== undefined} onClick={() => setWriting(true)} testId="new-broadcast">{t("new")}</Button>}>
      {why ? <p class="note">{why}</p> : null}
      {list.rows === undefined ? (list.error ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : <Skeleton rows={3} height={180} />)
        : list.rows.length === 0 ? <Empty title={t("none")}><p>{t("none_note")}</p></Empty>
        : list.rows.map((one) => <One key={one.id} broadcast={one} mayAct={why === undefined} />)}
      <More list={list} />
      {writing ? <NewBroadcast onClose={() => setWriting(false)} /> : null}
    </Screen>
  );
}

function One({ broadcast, mayAct }: { broadcast: Broadcast; mayAct: boolean }) {
  const t = useTexts(broadcastTexts);
  const language = useLang();
  const staff = useStaff();
  const action = useAction();
  const [starting, setStarting] = useState(false);
  const [ask, dialog] = useConfirm();
  const path = { params: { path: { id: broadcast.id } } };
  const cancel = async () => {
    if (await ask(broadcast.state === "draft" ? { title: t("discard_ask"), yes: t("discard"), danger: true } : { title: t("cancel_ask"), text: t("cancel_about"), yes: t("cancel"), danger: true })) action.run(() => api.post("/api/admin/broadcasts/{id}/cancel", path), t("cancel_done"));
  };
  const { state, people, sent, failed } = broadcast;
  return (
    <article class="card" data-testid={`broadcast-${broadcast.id}`}>
      <div class="line">
        <Badge tone={TONES[state]}>{t(state)}</Badge>
        <span>{t(broadcast.audience)}</span>
        <span class="end note">{t("people", { n: people })}</span>
      </div>
      <p class="quote">{broadcast.text[language]}</p>
      {broadcast.button ? <p class="note">[ {broadcast.button.text[language]} ] → <span class="mono">{broadcast.button.path}</span></p> : null}
      {state === "draft" ? null : (
        <div>
          <progress class="progress" max={Math.max(1, people)} value={sent + failed} aria-label={t("progress")} />
          <p class="note">{t("sent")}: {t("of", { n: sent, m: people })}{failed > 0 ? <> · <span class="bad">{t("failed")}: {failed}</span></> : null}</p>
        </div>
      )}
      <p class="note"><Who by={broadcast.created_by} /> · <Moment at={broadcast.started_at ?? broadcast.created_at} />{broadcast.finished_at ? <> → <Moment at={broadcast.finished_at} /></> : null}</p>
      {state === "draft" || state === "sending" ? (
        <div class="buttons">
          {state === "draft" ? <Button disabled={!mayAct} onClick={() => setStarting(true)} testId="broadcast-start">{t("start")}</Button> : null}
          {state === "draft" && staff.id !== null ? <Button look="quiet" disabled={!mayAct} busy={action.busy} onClick={() => action.run(() => api.post("/api/admin/broadcasts/{id}/test", path), t("test_done"))} testId="broadcast-test">{t("test")}</Button> : null}
          <Button look="danger" disabled={!mayAct || action.busy} onClick={() => void cancel()} testId="broadcast-cancel">{t(state === "draft" ? "discard" : "cancel")}</Button>
        </div>
      ) : null}
      {state === "draft" && staff.id === null ? <p class="note">{t("test_secret")}</p> : null}
      {dialog}
      {starting ? <StartBroadcast broadcast={broadcast} onClose={() => setStarting(false)} /> : null}
    </article>
  );
}

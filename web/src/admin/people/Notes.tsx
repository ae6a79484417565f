import * as z from "zod/mini";
import { api } from "@/api/client";
import type { Note } from "@/api/admin";
import { useForm } from "@/app/form";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { TextArea } from "@/kit/Field";
import { Rows, Section } from "@/kit/Row";
import { useConfirm } from "@/kit/Sheet";
import { refreshAdmin, useAction } from "../kit/Act";
import { Moment, Who } from "../kit/parts";
import { useStaff } from "../kit/staff";
import { peopleTexts } from "./people.texts";

export function Notes({ user, notes }: { user: number; notes: readonly Note[] }) {
  const t = useTexts(peopleTexts);
  const staff = useStaff();
  const action = useAction();
  const [ask, dialog] = useConfirm();
  const mayWrite = staff.may("support", "moderator", "finance");
  const mine = (note: Note) => staff.may() || (staff.id !== null && note.by === `user/${staff.id}`);
  const drop = async (note: Note) => {
    if (await ask({ title: t("note_drop_ask"), text: note.text, yes: t("note_drop"), danger: true })) {
      action.run(() => api.delete("/api/admin/users/{user_id}/notes/{note_id}", { params: { path: { user_id: user, note_id: note.id } } }));
    }
  };
  return (
    <Section title={t("notes")}>
      {notes.length > 0 ? (
        <Rows>
          {notes.map((note) => (
            <div class="row" key={note.id}>
              <div class="row-main">
                <span class="row-title pre">{note.text}</span>
                <span class="row-note"><Who by={note.by} /> · <Moment at={note.at} /></span>
              </div>
              {mine(note) ? <Button small look="link" label={`${t("note_drop")}: ${note.text.slice(0, 40)}`} onClick={() => void drop(note)}>{t("note_drop")}</Button> : null}
            </div>
          ))}
        </Rows>
      ) : mayWrite ? null : <p class="note">{t("no_notes")}</p>}
      {mayWrite ? <NewNote user={user} /> : null}
      {dialog}
    </Section>
  );
}

function NewNote({ user }: { user: number }) {
  const t = useTexts(peopleTexts);
  const form = useForm({
    draft: `note.${user}`,
    initial: { text: "" },
    schema: z.object({ text: z.string().check(z.trim(), z.minLength(1, t("note_empty")), z.maxLength(2000)) }),
    send: ({ text }) => api.post("/api/admin/users/{user_id}/notes", { params: { path: { user_id: user } }, body: { text: text.trim() } }),
    onDone: () => {
      form.reset();
      void refreshAdmin();
    },
  });
  return (
    <form class="card" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
      <TextArea label={t("note")} note={t("note_hint")} max={2000} {...form.field("text")} />
      <div class="buttons"><Button type="submit" look="quiet" busy={form.busy} testId="note-add">{t("note_add")}</Button></div>
    </form>
  );
}

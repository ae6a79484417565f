// A deed of the staff: what will happen is said, a reason is asked for, and what was done is told.

import { useMutation } from "@tanstack/react-query";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import * as z from "zod/mini";
import { queries } from "@/app/queries";
import { useForm } from "@/app/form";
import { text, useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { TextArea } from "@/kit/Field";
import { Sheet } from "@/kit/Sheet";
import { toast, toastError } from "@/kit/toast";
import { kitTexts } from "./kit.texts";

/** What a reason must be, everywhere. */
export const reasonSchema = () => z.string().check(z.trim(), z.minLength(3, text(kitTexts, "reason_short")), z.maxLength(500, text(kitTexts, "reason_long")));

export interface Deed {
  title: string;
  /** What will happen. */
  about?: ComponentChildren;
  /** The button. */
  yes: string;
  danger?: boolean;
  /** Label of the reason; "Reason" if nothing is said. */
  label?: string;
  /** Whether it may be left empty. */
  optional?: boolean;
  /** `key` stays the same for every attempt at the same deed. */
  send: (reason: string, key: string) => Promise<unknown>;
  done?: string;
  onDone?: () => void;
}

/** Everything that the panel shows is asked for again. */
export const refreshAdmin = () => Promise.all([queries.invalidateQueries({ queryKey: ["admin"] }), queries.invalidateQueries({ queryKey: ["app"] })]);

function DeedSheet({ deed, onClose }: { deed: Deed; onClose: () => void }) {
  const t = useTexts(kitTexts);
  const form = useForm({
    initial: { reason: "" },
    schema: z.object({ reason: deed.optional ? z.string().check(z.trim(), z.maxLength(500, t("reason_long"))) : reasonSchema() }),
    send: ({ reason }, key) => deed.send(reason.trim(), key),
    onDone: () => {
      toast(deed.done ?? t("done"));
      void refreshAdmin();
      onClose();
      deed.onDone?.();
    },
  });
  return (
    <Sheet title={deed.title} onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); form.submit(); }}>
        {deed.about ? <div class="card">{deed.about}</div> : null}
        <TextArea label={deed.label ?? t("reason")} max={500} note={t("reason_note")} {...form.field("reason")} />
        <Button wide type="submit" look={deed.danger ? "danger" : "main"} busy={form.busy} testId="deed-yes">{deed.yes}</Button>
      </form>
    </Sheet>
  );
}

/** `[ask, dialog]`: `ask` opens the dialog for a deed, `dialog` is to be rendered. */
export function useDeed(): [(deed: Deed) => void, ComponentChildren] {
  const [deed, setDeed] = useState<Deed | null>(null);
  return [setDeed, deed ? <DeedSheet deed={deed} onClose={() => setDeed(null)} /> : null];
}

/** A deed without a reason: pressed, done, told. */
export function useAction() {
  const t = useTexts(kitTexts);
  const action = useMutation({
    mutationFn: ({ send }: { send: () => Promise<unknown>; done?: string }) => send(),
    onSuccess: (_, { done }) => {
      toast(done ?? t("done"));
      void refreshAdmin();
    },
    onError: toastError,
  });
  return { run: (send: () => Promise<unknown>, done?: string) => action.mutate(done === undefined ? { send } : { send, done }), busy: action.isPending };
}

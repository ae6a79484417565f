// A dialog over the screen. The browser keeps the focus inside and gives it back.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { common } from "@/i18n/common";
import { useTexts } from "@/i18n";
import { useBackButton } from "@/telegram/buttons";
import { Button } from "./Button";
import { Icon } from "./Icon";

interface SheetProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** Shown for as long as it is rendered. */
export function Sheet({ title, onClose, children }: SheetProps) {
  const t = useTexts(common);
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  useBackButton(onClose);
  return (
    <dialog class="sheet" ref={dialog} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      <div class="sheet-body">
        <div class="sheet-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon-button" aria-label={t("close")} onClick={onClose}><Icon name="close" /></button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

interface Question {
  title: string;
  text?: string;
  yes: string;
  danger?: boolean;
}

/** Asks before something that cannot be taken back: `[ask, dialog]`, with `dialog` to be rendered. */
export function useConfirm(): [(question: Question) => Promise<boolean>, ComponentChildren] {
  const t = useTexts(common);
  const [open, setOpen] = useState<(Question & { done: (yes: boolean) => void }) | null>(null);
  const ask = (question: Question) => new Promise<boolean>((done) => setOpen({ ...question, done }));
  const answer = (yes: boolean) => {
    open?.done(yes);
    setOpen(null);
  };
  const dialog = open ? (
    <Sheet title={open.title} onClose={() => answer(false)}>
      {open.text ? <p>{open.text}</p> : null}
      <Button wide look={open.danger ? "danger" : "main"} onClick={() => answer(true)}>{open.yes}</Button>
      <Button wide look="quiet" onClick={() => answer(false)}>{t("cancel")}</Button>
    </Sheet>
  ) : null;
  return [ask, dialog];
}

// The button at the foot and the one that leads back: Telegram's own where there is one.

import { useEffect, useRef } from "preact/hooks";
import { Button } from "@/kit/Button";
import { isHosted, off, on, tell } from "./host";

/** Latest last: what lies on top owns the button, as a sheet lies over a screen. */
const actions: { props: ActionProps }[] = [];

function show(): void {
  const top = actions.at(-1)?.props;
  if (top === undefined) {
    tell("web_app_setup_main_button", { is_visible: false });
    return;
  }
  const { text, busy = false, disabled = false } = top;
  tell("web_app_setup_main_button", { is_visible: true, is_active: !disabled && !busy, is_progress_visible: busy, text });
}

interface ActionProps {
  text: string;
  onPress: () => void;
  busy?: boolean;
  disabled?: boolean;
}

/** What a screen is for, at its foot. */
export function MainAction(props: ActionProps) {
  return isHosted ? <HostAction {...props} /> : <PageAction {...props} />;
}

function PageAction({ text, onPress, busy, disabled }: ActionProps) {
  return (
    <div class="foot">
      <Button wide busy={busy} disabled={disabled} onClick={onPress} testId="main-action">{text}</Button>
    </div>
  );
}

function HostAction(props: ActionProps) {
  const mine = useRef({ props });
  mine.current.props = props;
  useEffect(() => {
    const me = mine.current;
    actions.push(me);
    const pressed = () => {
      if (actions.at(-1) === me) me.props.onPress();
    };
    on("main_button_pressed", pressed);
    return () => {
      off("main_button_pressed", pressed);
      actions.splice(actions.indexOf(me), 1);
      show();
    };
  }, []);
  useEffect(show, [props.text, props.busy, props.disabled]);
  return null;
}

/** Whom the arrow belongs to, latest last: a sheet is closed before the screen below it is left. */
const ways: object[] = [];

function showArrow(): void {
  tell("web_app_setup_back_button", { is_visible: ways.length > 0 });
}

/** Telegram's arrow in its own head; without Telegram the screen draws one. */
export function useBackButton(onBack: (() => void) | undefined): void {
  const press = useRef(onBack);
  press.current = onBack;
  const shown = onBack !== undefined;
  useEffect(() => {
    if (!shown) return undefined;
    const me = {};
    ways.push(me);
    const pressed = () => {
      if (ways.at(-1) === me) press.current?.();
    };
    on("back_button_pressed", pressed);
    showArrow();
    return () => {
      off("back_button_pressed", pressed);
      ways.splice(ways.indexOf(me), 1);
      showArrow();
    };
  }, [shown]);
}

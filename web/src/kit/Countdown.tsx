// Time left, without a render per second: the text changes in place, and only while it is in sight.

import { useEffect, useRef } from "preact/hooks";
import { everySecond, now } from "@/app/clock";
import { formatSpan } from "@/i18n/format";

const seen = new WeakMap<Element, (inSight: boolean) => void>();
const observer = typeof IntersectionObserver === "undefined" ? undefined : new IntersectionObserver((entries) => {
  for (const entry of entries) seen.get(entry.target)?.(entry.isIntersecting);
}, { rootMargin: "200px" });

interface Props {
  /** The moment it counts down to. */
  until: string | number;
  /** Called once when it has been reached. */
  onEnd?: () => void;
  label?: string;
}

export function Countdown({ until, onEnd, label }: Props) {
  const element = useRef<HTMLSpanElement>(null);
  const end = typeof until === "number" ? until : Date.parse(until);
  const ended = useRef(onEnd);
  ended.current = onEnd;

  useEffect(() => {
    const span = element.current;
    if (span === null) return undefined;
    let inSight = observer === undefined;
    let over = false;
    const show = (time: number) => {
      const left = (end - time) / 1000;
      if (inSight) span.textContent = formatSpan(left);
      if (left <= 0 && !over) {
        over = true;
        ended.current?.();
      }
    };
    seen.set(span, (visible) => {
      inSight = visible;
      if (inSight) show(now());
    });
    observer?.observe(span);
    const stop = everySecond(show);
    return () => {
      stop();
      observer?.unobserve(span);
    };
  }, [end]);

  return <span class="countdown" role="timer" aria-label={label} ref={element}>{formatSpan((end - now()) / 1000)}</span>;
}

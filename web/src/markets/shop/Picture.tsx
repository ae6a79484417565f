// A picture of a product, or one that is drawn from its name, so that a shelf without photos still
// has a face for each.

import { useState } from "preact/hooks";

/** A small number that stays the same for a text. */
export function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash;
}

/** The first letter that people read: signs and quotes are passed over. */
export function initialOf(name: string): string {
  return (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? "•").toUpperCase();
}

const TONES = 6;

/** Where the circles of a drawn picture lie; each product has its own. */
function Shapes({ seed }: { seed: number }) {
  const at = (n: number, from: number, to: number) => from + ((seed >>> n) % (to - from));
  return (
    <>
      <circle cx={at(2, 60, 110)} cy={at(4, -10, 40)} r={at(3, 26, 46)} class="shape" />
      <circle cx={at(5, -10, 40)} cy={at(7, 62, 108)} r={at(6, 18, 40)} class="shape" />
    </>
  );
}

function Drawn({ name, group }: { name: string; group: string }) {
  return (
    <svg class={`drawn tone-${(hashOf(group) >>> 16) % TONES}`} viewBox="0 0 100 100" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <Shapes seed={hashOf(name)} />
      <text x="50" y="50" text-anchor="middle" dominant-baseline="central">{initialOf(name)}</text>
    </svg>
  );
}

interface Props {
  name: string;
  /** What stands together has one colour. */
  group?: string | null | undefined;
  src?: string | undefined;
  alt?: string;
}

export function Picture({ name, group, src, alt = "" }: Props) {
  const [broken, setBroken] = useState(false);
  const usable = src !== undefined && /^https?:\/\//i.test(src) && !broken;
  return (
    <span class="picture">
      {usable ? <img src={src} alt={alt} loading="lazy" decoding="async" referrerPolicy="no-referrer" onError={() => setBroken(true)} /> : <Drawn name={name} group={group ?? name} />}
    </span>
  );
}

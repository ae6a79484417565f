// The panel's own pages, each a chunk of its own, by their path under `/admin`.

import type { ComponentType } from "preact";

type Load = () => Promise<{ default: ComponentType }>;

export const pages: Record<string, Load> = {
};

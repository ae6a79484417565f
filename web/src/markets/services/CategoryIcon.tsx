// A sign for each kind of work, on a grid of 24.

import type { Category } from "./model";

const PATHS: Record<Category, string> = {
  "Сантехника": "M4 8h9a4 4 0 014 4v2M15 14h4M8 8V5M5 5h6M17 17.5c1.2 1.4 1.2 2.5 0 3-1.200-.5-1.200-1.600 0-3z",
  "Электрика": "M13 3L5 13.500h6L10 21l8-10.500h-6z",
  "Бытовой ремонт": "M14 5l5 5M16.500 7.500L6 18l-2.500 1L4.500 16.500 15 6M12 4l2-1 7 7-1 2",
  "Клининг": "M14 3l-3 8M7.500 12l8 3-2.500 6H5.500zM9 21l1-3M19 6v4M17 8h4",
  "Сборка/установка": "M4 20l7-7M10 6a4.500 4.500 0 005.500 5.800L20 16.500 16.500 20l-4.700-4.500A4.500 4.500 0 016 10M4 4l4 1 1 4-1.500 1.500L4 9z",
  "Бытовая техника": "M5 3h14v18H5zM5 8h14M12 18a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM8 5.500h.01M11 5.500h.01",
  "Другое": "M12 4v16M4 12h16M6.500 6.500l11 11M17.500 6.500l-11 11",
};

export function CategoryIcon({ category }: { category: Category }) {
  return (
    <span class="svc-icon" aria-hidden="true">
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"><path d={PATHS[category]} /></svg>
    </span>
  );
}

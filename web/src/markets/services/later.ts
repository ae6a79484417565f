// What is loaded when it is needed, or when the phone has nothing else to do.

import { lazy } from "preact/compat";

const forms = () => import("./forms");

export const NewOrder = lazy(() => forms().then((all) => ({ default: all.NewOrder })));
export const EditOrder = lazy(() => forms().then((all) => ({ default: all.EditOrder })));
export const ReviewSheet = lazy(() => forms().then((all) => ({ default: all.ReviewSheet })));
export const ComplaintSheet = lazy(() => forms().then((all) => ({ default: all.ComplaintSheet })));

/** Has the forms at hand before somebody asks for one. */
export function loadLater(): void {
  setTimeout(() => void forms().catch(() => undefined), 2_000);
}

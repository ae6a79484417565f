import * as z from "zod/mini";
import { text } from "@/i18n";
import { texts } from "./texts";

/** A comment as the server takes it; an empty one is none. */
export const commentRule = z.string().check(z.refine((value) => [...value.trim()].length <= 500, { error: () => text(texts, "comment_long") }));

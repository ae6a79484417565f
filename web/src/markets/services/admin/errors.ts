// Refusals of this market's admin routes in words.

import { explain } from "@/api/errors";
import { text } from "@/i18n";
import { adminTexts } from "./admin.texts";

explain("already_refunded", () => text(adminTexts, "already_refunded"));
explain("complaint_resolved", () => text(adminTexts, "already_resolved"));

// Flows of grammY.

import "./talk.mjs";
import "./places.mjs";
import "./money.mjs";
import "./trouble.mjs";
import { run } from "./flows.mjs";

await run();

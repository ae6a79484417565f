import { render } from "preact";
import { App } from "@/app/App";
import { startBootstrap } from "@/app/bootstrap";
import { stayFresh } from "@/app/fresh";
import { startLanguage } from "@/app/language";
import { followTheme } from "@/telegram/theme";
import { ready } from "@/telegram/host";

// The first question to the server leaves before anything is drawn.
stayFresh();
startBootstrap();
startLanguage();
followTheme();


const root = document.getElementById("app");
if (root) render(<App />, root);
ready();

import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { render } from "solid-js/web";
import { App } from "./app.tsx";
import { takeKeyFromAddress } from "./data/session.ts";
import { startTheme } from "./data/theme.ts";

takeKeyFromAddress();
window.addEventListener("hashchange", takeKeyFromAddress);
startTheme();

const root = document.getElementById("app");
if (root) render(() => <App />, root);

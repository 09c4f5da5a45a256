import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { render } from "solid-js/web";
import { App } from "./app.tsx";
import { renewAfterDeployment } from "./data/renew-after-deployment.ts";
import { takeKeyFromAddress } from "./data/session.ts";
import { startTheme } from "./data/theme.ts";

takeKeyFromAddress();
window.addEventListener("hashchange", takeKeyFromAddress);
startTheme();
renewAfterDeployment();

const root = document.getElementById("app");
if (root) render(() => <App />, root);

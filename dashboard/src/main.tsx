import { takeKeyFromAddress } from "#dashboard/data/sign-in.ts";
import "@fontsource-variable/inter/wght.css";
import "#dashboard/styles/tokens.css";
import "#dashboard/styles/base.css";
import { render } from "solid-js/web";
import { App } from "#dashboard/app/app.tsx";
import { renewAfterDeployment } from "#dashboard/data/renew-after-deployment.ts";
import { startTheme } from "#dashboard/data/theme.ts";

takeKeyFromAddress();
window.addEventListener("hashchange", takeKeyFromAddress);
startTheme();
renewAfterDeployment();

const root = document.getElementById("app");
if (root) render(() => <App />, root);

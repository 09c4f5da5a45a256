import { existsSync } from "node:fs";
import chromiumPackage from "@sparticuz/chromium";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { unpackBrowser } from "./unpack.ts";

/**
 * In one process, closing a context ends the browser; without web security, tests would see less than users do; and a
 * processor that plays graphics card takes seconds to draw what it draws by itself in a tenth of one.
 */
const UNWANTED = new Set([
  "--single-process",
  "--no-zygote",
  "--disable-web-security",
  "--allow-running-insecure-content",
  "--ignore-gpu-blocklist",
  "--in-process-gpu",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
]);
const WANTED = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

/** With no memory for pictures, a page is laid out and answers, but nothing of it is drawn: a tenth of the browser's work. */
const UNDRAWN = ["--force-gpu-mem-available-mb=0"];

/** Where a system says which fonts it has. */
const SYSTEM_FONTS = "/etc/fonts";

/** The package holds a browser for this one only. */
const HAS_PACKAGED_BROWSER = process.platform === "linux" && process.arch === "x64";

/** A Chromium or Chrome to use instead of the packaged one. */
const CHOSEN_BROWSER = process.env.BAKEOFF_BROWSER;

/** False where there is neither a packaged browser nor a chosen one. */
export const HAS_BROWSER = HAS_PACKAGED_BROWSER || Boolean(CHOSEN_BROWSER);

/** What to say where {@link HAS_BROWSER} is false. */
export const NO_BROWSER = `There is no browser for ${process.platform} on ${process.arch} in the packages. Set BAKEOFF_BROWSER to the path of a Chromium or Chrome.`;

/** With the system libraries and fonts of the package: machines that serve have none. */
async function describePackagedBrowser(fonts: "package" | "system"): Promise<LaunchOptions> {
  const unpacked = await unpackBrowser();
  const useSystem = fonts === "system" && existsSync(SYSTEM_FONTS);
  return {
    executablePath: unpacked.executable,
    args: [...chromiumPackage.args.filter((argument) => !UNWANTED.has(argument)), ...WANTED],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: unpacked.libraries,
      FONTCONFIG_PATH: useSystem ? SYSTEM_FONTS : unpacked.fonts,
    },
  };
}

/**
 * Starts the browser that comes as a package, or the one that `BAKEOFF_BROWSER` names.
 * @param fonts "system" for pictures: the package has no monospaced font; where the system has none, the package's serve
 * @param draws false where nobody looks at its pages
 * @throws where there is neither
 */
export async function launchBrowser({
  fonts = "package",
  draws = true,
}: {
  fonts?: "package" | "system";
  draws?: boolean;
} = {}): Promise<Browser> {
  if (!HAS_BROWSER) throw new Error(NO_BROWSER);
  const { args = [], ...options }: LaunchOptions = CHOSEN_BROWSER
    ? { executablePath: CHOSEN_BROWSER }
    : await describePackagedBrowser(fonts);
  return chromium.launch({ ...options, args: draws ? args : [...args, ...UNDRAWN], headless: true });
}

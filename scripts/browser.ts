import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import chromiumPackage, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

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

/** Where a system says which fonts it has. */
const SYSTEM_FONTS = "/etc/fonts";

/**
 * Starts the browser that comes as a package, with the system libraries that come with it.
 * @param fonts "system" for pictures: the package has no monospaced font; where the system has none, the package's serve
 */
export async function launchBrowser(fonts: "package" | "system" = "package"): Promise<Browser> {
  const packageFolder = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));
  const libraries = await inflate(join(packageFolder, "bin", "al2023.tar.br"));
  const packageFonts = await inflate(join(packageFolder, "bin", "fonts.tar.br"));
  const useSystem = fonts === "system" && existsSync(SYSTEM_FONTS);
  return chromium.launch({
    executablePath: await chromiumPackage.executablePath(),
    args: [...chromiumPackage.args.filter((argument) => !UNWANTED.has(argument)), ...WANTED],
    headless: true,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(libraries, "lib"),
      FONTCONFIG_PATH: useSystem ? SYSTEM_FONTS : packageFonts,
    },
  });
}

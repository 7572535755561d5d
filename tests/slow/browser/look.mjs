// Pictures of every page of the workbench, and of the brief, to look at: phone, laptop, dark, paper.
//
//     node look.mjs CASE FOLDER [PAGE…]        # CHROMIUM, FORMATEUR as for run.mjs; PAGES by name: overview options …
import { chromium } from "playwright-core";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const program = process.env.FORMATEUR ?? "../../../target/release/formateur";
const [what, folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error("node look.mjs CASE FOLDER [PAGE…]");
mkdirSync(folder, { recursive: true });
const id = basename(resolve(what));
const pages = { overview: "", options: "/options", whatif: "/whatif", paths: "/paths", chamber: "/chamber", evidence: "/evidence", news: "/news", trust: "/trust", case: "/files" };
const looks = {
  phone: { viewport: { width: 375, height: 700 }, deviceScaleFactor: 1 },
  laptop: { viewport: { width: 1180, height: 800 } },
  dark: { viewport: { width: 1180, height: 800 }, colorScheme: "dark" },
  paper: { viewport: { width: 680, height: 960 } },
};
const draws = process.env.DRAWS ?? "48";
const server = spawn(program, ["serve", what, "--port", "0", "--draws", draws, "--forget"], { stdio: ["ignore", "pipe", "inherit"] });
const home = await new Promise((done) => server.stdout.once("data", (line) => done(String(line).trim().replace(/\/$/, ""))));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
const brief = join(folder, "brief.html");
const wanted = (name) => !only.length || only.includes(name);
if (wanted("brief")) execFileSync(program, ["report", what, "-o", brief, "--draws", draws, "--quiet"]);
const addresses = Object.entries(pages).filter(([name]) => wanted(name)).map(([name, path]) => [name, home + "/case/" + id + path]);
if (wanted("brief")) addresses.push(["brief", "file://" + resolve(brief)]);
for (const [name, address] of addresses) {
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => !document.querySelector("#progress progress"), null, { timeout: 300000 });
    if (look === "paper") await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: join(folder, name + "-" + look + ".png"), fullPage: true });
    await context.close();
  }
  console.log(name);
}
await browser.close();
server.kill();

// The workbench in a real browser: each page's main task by keyboard, axe, no console errors, nothing fetched from elsewhere.
//
//     cargo build --release -p formateur
//     cd tests/slow/browser && npm install
//     node run.mjs [--shots FOLDER]            # CHROMIUM=/usr/bin/chromium, FORMATEUR=../../../target/release/formateur
import { chromium } from "playwright-core";
import { createRequire } from "node:module";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

const program = process.env.FORMATEUR ?? "../../../target/release/formateur";
const shots = process.argv.includes("--shots") ? process.argv[process.argv.indexOf("--shots") + 1] : null;
if (shots) mkdirSync(shots, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "formateur-browser-"));
execFileSync(program, ["new", join(folder, "small")]);

const server = spawn(program, ["serve", join(folder, "small"), "--port", "0", "--draws", "96", "--forget", "--store", join(folder, "evidence.db")], { stdio: ["ignore", "pipe", "inherit"] });
const home = await new Promise((done) => server.stdout.once("data", (line) => done(String(line).trim().replace(/\/$/, ""))));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
let failures = 0;

async function test(name, path, task, size = { width: 1180, height: 900 }) {
  // The policy of the pages forbids foreign scripts, axe's too; only for axe is it set aside, in a page of its own.
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  const said = [];
  page.on("console", (m) => m.type() === "error" && said.push(m.text()));
  page.on("pageerror", (e) => said.push(String(e)));
  page.on("request", (r) => { if (!r.url().startsWith(home) && !r.url().startsWith("data:")) said.push("asked elsewhere: " + r.url()); });
  try {
    await page.goto(home + path);
    await task(page);
    assert.deepEqual(said.filter((s) => !/status of 4(12|22)/.test(s)), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 1, "the page is " + wide + " pixels wider than the window");
    if (shots) await page.screenshot({ path: join(shots, name.replaceAll(" ", "-") + "-" + size.width + ".png"), fullPage: true });
    const bare = await browser.newContext({ viewport: size, bypassCSP: true });
    const looked = await bare.newPage();
    await looked.goto(page.url());
    await looked.addScriptTag({ content: axe });
    const found = await looked.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const serious = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
    assert.deepEqual(serious.map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")), []);
    await bare.close();
    console.log("ok   " + name + ", " + size.width);
  } catch (error) {
    failures++;
    console.log("FAIL " + name + ", " + size.width + "\n     " + String(error.message).replaceAll("\n", "\n     "));
  }
  await context.close();
}

const settled = (page) => page.waitForFunction(() => !document.querySelector("#progress progress"), null, { timeout: 60000 });
async function tabTo(page, selector) {
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
  }
  assert.fail("the keyboard does not reach " + selector);
}

const tasks = {
  "overview": ["/case/small", async (page) => {
    await settled(page);
    assert.match(await page.locator(".answer").innerText(), /likeliest outcome|Nothing is settled|nothing is settled/);
    assert.ok(await page.locator("svg.outcomes:visible").count());
  }],
  "options": ["/case/small/options", async (page) => {
    await tabTo(page, "select");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("svg.options:visible", { timeout: 60000 });
  }],
  "what if": ["/case/small/whatif", async (page) => {
    await tabTo(page, "input[type=range]");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("#result svg.change:visible", { timeout: 60000 });
    assert.match(page.url(), /set=/);
    assert.match(await page.locator("#command").innerText(), /--set '/);
  }],
  "paths": ["/case/small/paths", async (page) => {
    await page.waitForSelector("svg.flow:visible", { timeout: 60000 });
    await tabTo(page, "svg.flow a");
    await Promise.all([page.waitForURL(/who=/), page.keyboard.press("Enter")]);
    await page.waitForSelector("#why", { timeout: 60000 });
    assert.match(await page.locator("#why").innerText(), /It is done on ways/);
  }],
  "chamber": ["/case/small/chamber", async (page) => {
    await tabTo(page, "input[type=checkbox]");
    await page.keyboard.press("Space");
    await page.waitForFunction(() => document.querySelector("#together").textContent !== "0");
    assert.match(await page.locator("#built").innerText(), /short|yes/);
    assert.match(page.url(), /in=/);
  }],
  "evidence": ["/case/small/evidence", async (page) => {
    await tabTo(page, "summary");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("A report");
    await tabTo(page, "#paper select");
    await page.keyboard.press("End");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Borea said it would withhold the loan. Borea may lend again in May. <script>alert(1)</script>");
    await page.keyboard.press("Tab");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    await tabTo(page, "#propose");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    const before = await page.locator("form.proposal").count();
    assert.ok(before >= 2, before + " proposals");
    await tabTo(page, "form.proposal input");
    await page.keyboard.type("It would keep the loan back.");
    await tabTo(page, "form.proposal button.first");
    await page.keyboard.press("Enter");
    await page.waitForFunction((n) => document.querySelectorAll("form.proposal").length === n - 1, before);
    await tabTo(page, "form.proposal button:not(.first)");
    await Promise.all([page.waitForFunction((n) => document.querySelectorAll("form.proposal").length <= n - 2, before), page.keyboard.press("Enter")]);
    await page.goto(home + "/case/small/evidence");
    await tabTo(page, "#put-down");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.match(await page.locator("body").innerText(), /It would keep the loan back/);
  }],
  "document": ["/case/small/evidence", async (page) => {
    await tabTo(page, ".source a");
    await Promise.all([page.waitForURL(/document=/), page.keyboard.press("Enter")]);
    assert.ok(await page.locator(".document mark").count() >= 1);
    assert.match(await page.locator(".document").innerText(), /<script>alert/);
  }],
  "news": ["/case/small/news", async (page) => {
    await tabTo(page, "button.first");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    await page.waitForSelector("#undo");
    await tabTo(page, "#undo");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.equal(await page.locator("#undo").count(), 0);
  }],
  "trust": ["/case/small/trust", async (page) => { await page.waitForSelector("svg.tornado:visible", { timeout: 60000 }); }],
  "case": ["/case/small/files", async (page) => {
    await page.locator("#text").focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("\nnonsense = 1\n");
    await page.waitForSelector("#diags .bad");
    assert.match(await page.locator("#diff").innerText(), /\+ nonsense = 1/);
    for (let i = 0; i < 14; i++) await page.keyboard.press("Backspace");
    await page.waitForFunction(() => document.querySelector("#diff").textContent === "nothing");
    await page.keyboard.type("# seen\n");
    await tabTo(page, "button.first");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#said").textContent === "Saved.");
  }],
};
for (const [name, [path, task]] of Object.entries(tasks)) await test(name, path, task);
for (const name of ["overview", "options", "what if", "paths", "chamber", "document", "trust"]) await test(name, ...tasks[name], { width: 375, height: 700 });

// A scenario goes out as a file and comes in again.
await test("scenario file", "/case/small/whatif", async (page) => {
  await tabTo(page, "input[type=range]");
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/set=/);
  const changed = page.url();
  assert.equal(await page.locator("#address").inputValue(), changed);
  await tabTo(page, "#scenario-out");
  const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const kept = join(folder, "scenario.toml");
  await file.saveAs(kept);
  await page.goto(home + "/case/small/whatif");
  await Promise.all([page.waitForURL(/set=/), page.locator("#scenario-in").setInputFiles(kept)]);
  assert.equal(page.url(), changed);
  writeFileSync(kept, "[scenarios.x]\nnonsense = 1\n");
  await page.locator("#scenario-in").setInputFiles(kept);
  await page.waitForFunction(() => document.querySelector("#scenarios").textContent.startsWith("Not opened"));
});

// Nothing is needed but the server: with every other address cut off, all pages still work.
await test("offline", "/case/small", async (page) => {
  await page.route((url) => !String(url).startsWith(home), (route) => route.abort());
  for (const path of ["", "/options", "/whatif", "/paths", "/chamber", "/evidence", "/news", "/trust", "/files"]) {
    const response = await page.goto(home + "/case/small" + path);
    assert.equal(response.status(), 200);
    await settled(page);
  }
});

// Two tabs: the second does not write over the first.
await test("two tabs", "/case/small/files", async (page) => {
  const other = await page.context().newPage();
  await other.goto(page.url());
  for (const tab of [page, other]) {
    await tab.locator("#text").focus();
    await tab.keyboard.press("Control+End");
    await tab.keyboard.type("# " + (tab === page ? "first" : "second") + "\n");
    await tab.locator("button.first").click();
    await tab.waitForFunction(() => document.querySelector("#said").textContent);
  }
  assert.match(await other.locator("#said").innerText(), /somebody else changed/);
});

await browser.close();
server.kill();
rmSync(folder, { recursive: true, force: true });
process.exit(failures ? 1 : 0);

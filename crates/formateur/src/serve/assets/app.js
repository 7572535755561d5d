// The pages' own script: asks for what a page still wants, shows how far it is, and sends what one enters. No library.
"use strict";

const main = () => document.getElementById("main");
const byId = (id) => document.getElementById(id);
const caseId = main().dataset.case;
const api = "/api/cases/" + caseId;

async function send(method, address, body, version) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (version !== undefined) headers["If-Match"] = '"' + version + '"';
  const response = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  let answer = {};
  try { answer = JSON.parse(text); } catch { /* not every answer has a body */ }
  return { ok: response.ok, status: response.status, answer };
}

// A run: begun, watched, and stopped by closing its stream.
const streams = new Set();
async function run({ case: other, ...body }, progress) {
  const begun = await send("POST", "/api/cases/" + (other || caseId) + "/jobs", body);
  if (!begun.ok) throw new Error(begun.answer.error || "it could not be begun");
  return new Promise((done, failed) => {
    const stream = new EventSource("/api/jobs/" + begun.answer.job + "/events");
    streams.add(stream);
    const close = () => { stream.close(); streams.delete(stream); };
    stream.addEventListener("progress", (e) => progress(JSON.parse(e.data)));
    stream.addEventListener("done", () => { close(); done(); });
    stream.addEventListener("failed", (e) => { close(); failed(new Error(JSON.parse(e.data).error)); });
    stream.onerror = () => { close(); failed(new Error("the program does not answer any more")); };
  });
}
addEventListener("pagehide", () => streams.forEach((s) => s.close()));

async function settle() {
  const wanted = JSON.parse(main().dataset.wanted || "[]");
  if (!wanted.length) return;
  const place = byId("progress");
  try {
    for (const [i, body] of wanted.entries()) {
      const bar = document.createElement("progress");
      const words = document.createElement("span");
      const stop = document.createElement("button");
      stop.type = "button";
      stop.textContent = "Stop";
      bar.setAttribute("aria-label", "how far the run is");
      place.replaceChildren(bar, " ", words, " ", stop);
      const cease = new Promise((_, no) => stop.addEventListener("click", () => {
        streams.forEach((s) => s.close());
        streams.clear();
        no(new Error("stopped"));
      }));
      await Promise.race([cease, run(body, (at) => {
        bar.max = at.total || 1;
        if (at.total) bar.value = at.done;
        const part = wanted.length > 1 ? " (" + (i + 1) + " of " + wanted.length + ")" : "";
        words.textContent = (at.state === "waiting" ? "waiting for another run" : at.done + " of " + at.total + " solutions") + part;
      })]);
    }
    await refresh();
  } catch (error) {
    place.textContent = error.message === "stopped" ? "Stopped." : "Not settled: " + error.message;
  }
}

// The page again, now that more is known; what one has the cursor in keeps it.
async function refresh() {
  const html = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("main");
  const focus = document.activeElement && document.activeElement.id;
  if (byId("whatif") && fresh.querySelector("#result")) {
    byId("result").replaceChildren(...fresh.querySelector("#result").childNodes);
    main().querySelectorAll(".warn[role=status]").forEach((n) => n.remove());
    byId("progress").textContent = "Settled.";
    return;
  }
  main().replaceChildren(...fresh.childNodes);
  main().dataset.wanted = fresh.dataset.wanted;
  if (focus && byId(focus)) byId(focus).focus();
  wire();
  // More may be wanted only where something failed; then once is enough.
}

function wireWhatif() {
  const form = byId("whatif");
  let late, latest = 0;
  const query = () => {
    const q = new URLSearchParams();
    form.querySelectorAll("input[type=range]").forEach((r) => {
      if ("on" in r.dataset) {
        const unit = r.dataset.unit;
        q.append("set", r.dataset.path + "=" + r.value + (unit ? (unit.startsWith("%") ? "" : " ") + unit : ""));
      }
    });
    form.querySelectorAll("input[type=checkbox]:checked").forEach((c) => q.append("remove", c.value));
    return q;
  };
  const show = async (draws) => {
    const mine = ++latest;
    const q = query();
    const address = location.pathname + (q.size ? "?" + q : "");
    history.replaceState(null, "", address);
    const quoted = (v) => "'" + v.replaceAll("'", "'\\''") + "'";
    byId("address").value = location.href;
    byId("scenario-out").href = api + "/scenario?" + q;
    byId("command").textContent = "formateur whatif " + byId("command").dataset.case +
      [...q].map(([k, v]) => " --" + k + " " + quoted(v)).join("");
    if (draws) q.set("draws", draws);
    q.set("part", "1");
    const html = await (await fetch(location.pathname + "?" + q)).text();
    if (mine !== latest) return;
    byId("work").textContent = "";
    const fresh = new DOMParser().parseFromString(html, "text/html").body;
    byId("result").replaceChildren(...fresh.childNodes);
  };
  let busy = false, again = false;
  const few = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try { do { again = false; await show(form.dataset.few); } while (again); } finally { busy = false; }
  };
  const settled = () => {
    clearTimeout(late);
    late = setTimeout(async () => {
      const q = query();
      if (!q.size) return;
      const body = { ask: "whatif", set: {}, remove: q.getAll("remove") };
      q.getAll("set").forEach((s) => { const at = s.indexOf("="); body.set[s.slice(0, at)] = s.slice(at + 1); });
      const mine = latest, work = byId("work");
      try {
        await run(body, (at) => { work.textContent = "Settling: " + (at.state === "waiting" ? "waiting" : at.done + " of " + at.total); });
        if (mine === latest) { await show(); work.textContent = "Settled."; }
      } catch { work.textContent = "The first answer stands."; }
    }, 900);
  };
  form.addEventListener("input", (e) => {
    const r = e.target;
    if (r.type === "range") {
      r.dataset.on = "";
      r.parentElement.querySelector("output").textContent = r.value + (r.dataset.unit ? " " + r.dataset.unit : "");
    }
    few().then(settled);
  });
  form.addEventListener("submit", (e) => { e.preventDefault(); few().then(settled); });
}

// The scenario as address and file, and a file opened.
function wireScenario() {
  const said = byId("scenarios");
  byId("address").value = location.href;
  byId("copy").addEventListener("click", async () => {
    byId("address").select();
    try { await navigator.clipboard.writeText(byId("address").value); said.textContent = "Copied."; }
    catch { said.textContent = "Selected; copy it with the keyboard."; }
  });
  byId("scenario-in").addEventListener("change", async (e) => {
    const file = e.target.files[0];
    if (!file) return;
    const { ok, answer } = await send("POST", api + "/scenario", { text: await file.text() });
    if (!ok) { said.textContent = "Not opened: " + answer.error; return; }
    const links = answer.scenarios.map((s) => {
      const q = new URLSearchParams();
      s.set.forEach((v) => q.append("set", v));
      s.remove.forEach((v) => q.append("remove", v));
      const a = document.createElement("a");
      a.href = location.pathname + "?" + q;
      a.textContent = s.name + (s.left_out ? " (without what only the command line takes in)" : "");
      return a;
    });
    if (links.length === 1) { location.assign(links[0].href); return; }
    said.replaceChildren("In this file: ", ...links.flatMap((a, i) => (i ? [", ", a] : [a])));
  });
}

function wireCoalition() {
  const form = byId("coalition");
  let latest = 0;
  form.addEventListener("change", async () => {
    const q = new URLSearchParams([...form.querySelectorAll("input:checked")].map((box) => ["in", box.value]));
    history.replaceState(null, "", location.pathname + (q.size ? "?" + q : ""));
    const mine = ++latest;
    q.set("part", "1");
    const html = await (await fetch(location.pathname + "?" + q)).text();
    if (mine !== latest) return;
    byId("built").replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  });
}

// Claims accepted and rejected, documents added, claims written down.
function wireEvidence() {
  const said = byId("said");
  const done = (ok, answer, what) => { if (ok) location.reload(); else said.textContent = what + ": " + answer.error; };
  document.querySelectorAll("form.proposal").forEach((form) => form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const status = e.submitter ? e.submitter.value : "accepted";
    const body = { status, seen: form.dataset.seen, says: form.elements.says.value, kind: form.elements.kind.value };
    const { ok, answer } = await send("POST", api + "/evidence/claims/" + encodeURIComponent(form.dataset.claim), body);
    if (!ok) { said.textContent = "Not decided: " + answer.error; return; }
    const next = form.nextElementSibling || form.previousElementSibling;
    form.remove();
    said.textContent = (status === "accepted" ? "Accepted. " : "Rejected. ") + document.querySelectorAll("form.proposal").length + " left here; the rest of the page follows when it is loaded again.";
    const field = next && next.querySelector("input");
    if (field) field.focus(); else location.reload();
  }));
  const paper = byId("paper");
  if (paper) paper.addEventListener("submit", async (e) => {
    e.preventDefault();
    const body = Object.fromEntries([...new FormData(paper)].filter(([, v]) => v !== ""));
    const { ok, answer } = await send("POST", api + "/evidence/documents", body);
    done(ok, answer, "Not added");
  });
  const propose = byId("propose");
  if (propose) propose.addEventListener("click", async () => {
    said.textContent = "Looking.";
    const { ok, answer } = await send("POST", api + "/evidence/propose", {});
    if (ok && !answer.new) said.textContent = "Nothing new is found in them."; else done(ok, answer, "Not looked for");
  });
  const put = byId("put-down");
  if (put) put.addEventListener("click", async () => {
    const { ok, answer } = await send("POST", api + "/evidence/put-down", {}, put.dataset.version);
    done(ok, answer, "Not written");
  });
}

function wireNews() {
  byId("news").addEventListener("submit", async (e) => {
    e.preventDefault();
    const form = new FormData(e.target);
    const [who, did] = form.get("act").split("\n");
    const because = form.get("because").split(",").map((id) => id.trim()).filter(Boolean);
    const { ok, answer } = await send("POST", api + "/news", { on: form.get("on"), who, did, because }, e.target.dataset.version);
    if (ok) location.reload(); else byId("said").textContent = "Not added: " + answer.error;
  });
  const undo = byId("undo");
  if (undo) undo.addEventListener("click", async () => {
    const { ok, answer } = await send("DELETE", api + "/news/last", undefined, undo.dataset.version);
    if (ok) location.reload(); else byId("said").textContent = "Not taken out: " + answer.error;
  });
}

// Lines that differ: common head and tail aside, what is left is out and in.
function difference(before, after) {
  const a = before.split("\n"), b = after.split("\n");
  let head = 0, tail = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return [a.slice(head, a.length - tail), b.slice(head, b.length - tail), head + 1];
}

function wireFile() {
  const form = byId("file"), text = byId("text"), said = byId("said"), diags = byId("diags"), diff = byId("diff");
  const address = api + "/files/" + form.dataset.name;
  let saved = text.value, late, latest = 0;
  const list = (found) => {
    diags.replaceChildren(...found.filter((d) => d.severity !== "note").map((d) => {
      const li = document.createElement("li");
      li.className = d.severity === "error" ? "bad" : "";
      li.textContent = d.severity + ", " + d.file + ":" + d.line + ":" + d.column + ": " + d.message + (d.help ? " (" + d.help + ")" : "");
      return li;
    }));
    if (!diags.children.length) { const li = document.createElement("li"); li.textContent = "No errors, no warnings."; diags.append(li); }
  };
  const compare = () => {
    const [out, into, line] = difference(saved, text.value);
    if (!out.length && !into.length) { diff.textContent = "nothing"; return; }
    const rows = [["", "line " + line], ...out.map((l) => ["minus", "− " + l]), ...into.map((l) => ["plus", "+ " + l])];
    diff.replaceChildren(...rows.map(([kind, l]) => { const s = document.createElement("span"); s.className = kind; s.textContent = l + "\n"; return s; }));
  };
  const check = async () => {
    const mine = ++latest;
    const { ok, answer } = await send("POST", address, { text: text.value });
    if (mine !== latest) return;
    if (ok) list(answer.diagnostics); else said.textContent = answer.error;
  };
  text.addEventListener("input", () => { compare(); clearTimeout(late); late = setTimeout(check, 300); });
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const sent = text.value;
    const { ok, status, answer } = await send("PUT", address, { text: sent }, form.dataset.version);
    if (ok) {
      form.dataset.version = answer.version;
      saved = sent;
      compare();
      list(answer.diagnostics);
      said.textContent = "Saved.";
    } else if (status === 412) {
      said.textContent = "Not saved: somebody else changed the file meanwhile. Below is how yours differs from theirs; saving again puts yours in its place.";
      saved = answer.text;
      form.dataset.version = answer.version;
      compare();
    } else said.textContent = "Not saved: " + answer.error;
  });
  addEventListener("beforeunload", (e) => { if (text.value !== saved) e.preventDefault(); });
  check();
}

function wire() {
  if (byId("whatif")) { wireWhatif(); wireScenario(); }
  if (byId("paper")) wireEvidence();
  if (byId("coalition")) wireCoalition();
  if (byId("news")) wireNews();
  if (byId("file")) wireFile();
}

wire();
if (caseId) settle();

// Verifies an exported audit log in the browser, so that nobody has to believe the server. The rule is the one of `tillit audit verify`
// (docs/decisions/0005-audit-log-that-shows-tampering.md); words come from the page. Nothing is sent anywhere.
(() => {
  "use strict";
  const box = document.getElementById("audit-browser");
  if (!box || !crypto.subtle) return;
  const form = box.querySelector("form");
  const out = box.querySelector("[data-result]");
  const words = box.dataset;
  box.querySelector("[data-without]").hidden = true;
  form.hidden = false;

  const utf8 = new TextEncoder();
  const concat = (parts) => {
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { bytes.set(part, at); at += part.length; }
    return bytes;
  };
  const unhex = (text, length) => {
    if (typeof text !== "string" || !new RegExp("^[0-9a-f]{" + length * 2 + "}$").test(text)) throw new Error("form");
    return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  };
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const big = (number) => {
    if (!Number.isSafeInteger(number)) throw new Error("form");
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt(number));
    return bytes;
  };
  const field = (bytes) => {
    const length = new Uint8Array(4);
    if (bytes === null) return length.fill(255);
    new DataView(length.buffer).setUint32(0, bytes.length);
    return concat([length, bytes]);
  };
  const text = (value) => {
    if (typeof value !== "string") throw new Error("form");
    return utf8.encode(value);
  };
  const id = (value, prefix) => {
    if (typeof value !== "string" || !value.startsWith(prefix + "_")) throw new Error("form");
    return unhex(value.slice(prefix.length + 1), 16);
  };
  const log = (value) => value === "installation" ? new Uint8Array(16) : id(value, "org");
  const sha = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

  const rowHash = (row, before) => {
    const cut = row.target === null ? 0 : row.target.lastIndexOf("_");
    const kind = row.target === null ? null : row.target.slice(0, cut);
    return sha(concat([
      utf8.encode("tillit audit 1"), unhex(before, 32),
      field(log(row.log)), field(big(row.number)), field(big(row.at)), field(id(row.id, "aud")),
      field(text(row.actor)), field(row.by === null ? null : id(row.by, "usr")),
      field(text(row.action)), field(text(row.area)),
      field(kind === null ? null : text(kind)), field(kind === null ? null : id(row.target, kind)),
      field(row.reason === null ? null : text(row.reason)), field(id(row.request, "req")),
      field(row.client === null ? null : unhex(row.client.digest, 32)), field(row.detail === null ? null : unhex(row.detail.digest, 32)),
    ]));
  };
  const partDigest = (what, part) =>
    sha(concat([utf8.encode("tillit audit part 1"), field(utf8.encode(what)), field(unhex(part.salt, 32)), field(text(part.text))]));

  const checkpoints = (source) => {
    const tokens = source.split(/\s+/).map((word) => word.replace(/^[",{}]+|[",{}]+$/g, "")).filter((word) => word && word !== ">");
    const found = [];
    tokens.forEach((word, at) => {
      if (word.split('"').pop() !== "tillit-checkpoint-1") return;
      const [chk, name, number, time, hash, key, signature] = tokens.slice(at + 1, at + 8);
      const one = { chk, log: name, number: Number(number), at: Number(time), hash, key, signature };
      // Read now, so that a broken one is told of.
      id(chk, "chk"); log(name); big(one.number); big(one.at); unhex(hash, 32); unhex(key, 32); unhex(signature, 64);
      found.push(one);
    });
    return found;
  };
  // true, false, or null if this browser knows no Ed25519.
  const signed = async (one) => {
    let key;
    try {
      key = await crypto.subtle.importKey("raw", unhex(one.key, 32), { name: "Ed25519" }, false, ["verify"]);
    } catch { return null; }
    const message = concat([utf8.encode("tillit audit checkpoint 1"), field(log(one.log)), field(big(one.number)), field(big(one.at)),
      field(unhex(one.hash, 32)), field(id(one.chk, "chk"))]);
    return crypto.subtle.verify({ name: "Ed25519" }, key, unhex(one.signature, 64), message);
  };

  async function* lines(file) {
    let rest = "";
    const reader = file.stream().pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const pieces = (rest + value).split("\n");
      rest = pieces.pop();
      if (rest.length > 65536) throw new Error("form");
      yield* pieces;
    }
    if (rest) yield rest;
  }

  async function verify(file, keptText, progress) {
    const outside = checkpoints(keptText);
    const report = { rows: 0, first: 0, last: 0, inside: 0, outside: 0, until: 0, lost: 0, findings: [], more: 0, unsigned: false, key: "" };
    const found = (what, seq, other) => { if (report.findings.length < 20) report.findings.push({ what, seq, other: other ?? seq }); else report.more += 1; };
    const inside = [];
    let head = null, kept = null, next = 0, before = null, beginning = null;
    const now = Date.now() * 1000, year = (365 * 24 + 6) * 3600 * 1e6;
    const begin = async () => {
      const trusted = outside.length ? outside.map((one) => one.key) : [head.key];
      report.key = trusted[0];
      kept = [];
      for (const [one, isOutside] of [...inside.map((one) => [one, false]), ...outside.map((one) => [one, true])]) {
        const good = await signed(one);
        if (good === null) report.unsigned = true;
        if (one.log !== head.log) found("other-checkpoint", one.number);
        else if (!trusted.includes(one.key) || good === false) found("not-signed", one.number);
        else kept.push({ ...one, isOutside });
      }
      kept.sort((a, b) => a.number - b.number);
    };
    for await (const line of lines(file)) {
      if (!line.trim()) continue;
      const item = JSON.parse(line);
      if (head === null) {
        if (item.tillit !== "audit log 1") throw new Error("form");
        log(item.log); unhex(item.hash, 32); unhex(item.key, 32);
        head = item;
        continue;
      }
      if (item.checkpoint !== undefined) {
        const read = checkpoints(item.checkpoint);
        if (read.length !== 1 || kept) throw new Error("form");
        inside.push(read[0]);
        continue;
      }
      if (!kept) await begin();
      const row = item.row, seq = row.number;
      if (report.rows === 0) {
        report.first = seq;
        if (seq <= 1) before = "0".repeat(64);
        else {
          const at = kept.find((one) => one.number === seq - 1);
          if (at) { before = at.hash; beginning = { chk: at.chk, number: at.number, at: at.at, said: null, explained: false }; } else found("begins-late", seq);
          next = kept.filter((one) => one.number < seq).length;
        }
      } else if (seq <= report.last) { found("disordered", seq); before = null; }
      else if (seq > report.last + 1) { found("missing", report.last + 1, seq - 1); before = null; }
      report.rows += 1;
      report.last = Math.max(report.last, seq);
      if (row.log !== head.log) found("other-log", seq);
      if (before !== null && await rowHash(row, before) !== row.hash) found("changed", seq);
      unhex(row.hash, 32);
      before = row.hash;
      // A late beginning: the row about the deletion names its checkpoint, its number and for how long rows are kept.
      if (beginning && !beginning.said && row.action === "audit.shortened" && row.target === beginning.chk && row.detail && row.detail.is === "open" && await partDigest("detail", row.detail) === row.detail.digest) {
        let detail = null;
        try { detail = JSON.parse(row.detail.text); } catch { /* Then it explains nothing. */ }
        if (detail && detail.to === beginning.number && [1, 2, 3, 4, 5, 6, 7].includes(detail.years)) beginning.said = { seq, keep: detail.years * year };
      }
      while (next < kept.length && kept[next].number <= seq) {
        const one = kept[next++];
        if (one.number === seq && one.hash === row.hash) {
          report.until = seq;
          // And a checkpoint that covers it was signed that long afterwards.
          if (beginning && beginning.said && one.at >= beginning.at + beginning.said.keep) beginning.explained = true;
          if (one.isOutside) report.outside += 1; else report.inside += 1;
        } else found("other-than-signed", one.number);
      }
      for (const what of ["client", "detail"]) {
        const part = row[what];
        if (part === null) continue;
        if (part.is === "open") { if (await partDigest(what, part) !== part.digest) found("part-changed", seq); }
        else if (part.is === "missing") found("part-taken", seq);
        else report.lost += 1;
      }
      if (report.rows % 500 === 0) progress(report.rows);
    }
    if (head === null) throw new Error("form");
    if (!kept) await begin();
    const keep = beginning && beginning.said ? beginning.said.keep : year;
    if (beginning && (!beginning.explained || beginning.at + keep > now)) found("begins-late", report.first);
    const young = kept.filter((one) => one.isOutside && one.number < report.first && one.at + keep > now).map((one) => one.number);
    if (young.length) found("deleted-early", Math.max(...young));
    const expected = Math.max(head.number, ...kept.slice(next).map((one) => one.number));
    if (expected > report.last) found("ends-early", report.last, expected);
    else if (head.number !== report.last || (report.last > 0 && before !== head.hash)) found("other-head", report.last);
    return report;
  }

  const say = (tone, list) => {
    out.replaceChildren(box.querySelector(`[data-icon=${tone}] svg`).cloneNode(true));
    out.className = "note-box wrap-anywhere tone-" + tone;
    const inner = document.createElement("div");
    for (const sentence of list) {
      const p = document.createElement("p");
      p.textContent = sentence;
      inner.append(p);
    }
    out.append(inner);
    out.hidden = false;
  };
  const fill = (sentence, values) => sentence.replace(/\[(\w+)\]/g, (_, name) => values[name] ?? "");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = form.querySelector("input[type=file]").files[0];
    if (!file) { say("warn", [words.noFile]); return; }
    say("info", [fill(words.progress, { count: "0" })]);
    try {
      const report = await verify(file, form.querySelector("textarea").value, (count) => say("info", [fill(words.progress, { count })]));
      const values = { first: report.first, last: report.last, rows: report.rows, inside: report.inside, outside: report.outside, until: report.until, lost: report.lost, key: report.key };
      const list = [fill(report.findings.length ? words.broken : words.whole, values), fill(words.counts, values), fill(words.key, values)];
      for (const finding of report.findings) list.push(fill(words["find" + finding.what.replace(/(^|-)(\w)/g, (_, __, c) => c.toUpperCase())], finding));
      if (report.lost) list.push(fill(words.lost, values));
      if (report.unsigned) list.push(words.unsigned);
      say(report.findings.length ? "bad" : report.unsigned ? "warn" : "ok", list);
    } catch { say("bad", [words.unreadable]); }
  });
})();

// The audit log: looking for rows, taking the log along, and verifying it here, in the browser, and by the command; then somebody tampers with the file.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { DESKTOP, launch, PHONE, Visitor } from "../lib/browser.js";
import { shortened } from "../lib/audit-log.js";
import { Demo } from "../lib/demo.js";
import { chooseLanguage, signInLocally } from "../lib/portal.js";
import { say } from "../lib/words.js";

const run = promisify(execFile);
const w = (key, values) => say("en", key, values);

describe("the audit log", { concurrency: false }, () => {
  let demo, browser, owner;
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    owner = await Visitor.arrive(browser, demo, { name: "owner" });
    await chooseLanguage(owner);
    await signInLocally(owner, demo.administrators[0]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const verifyInBrowser = async (file, kept = "") => {
    await owner.open("/settings/audit/verify");
    const box = owner.page.locator("#audit-browser");
    await box.getByLabel(w("audit-verify-file")).setInputFiles(file);
    await box.getByLabel(w("audit-verify-kept")).fill(kept);
    await owner.press(w("audit-verify-browser-button"), box);
    await box.locator(".tone-ok, .tone-bad, .tone-warn").waitFor();
    return box.locator("[data-result]").innerText();
  };

  it("rows are found by who did it, and a username that nobody has is named", async () => {
    await owner.open("/settings/audit");
    await owner.heading(w("audit-title"));
    await owner.fill(w("audit-by"), demo.administrators[0].username);
    await owner.press(w("audit-show"));
    await owner.page.waitForURL(/by=usr_/);
    assert.ok(!owner.page.url().includes("@"), owner.page.url());
    await owner.look("found");
    await owner.fill(w("audit-by"), "nobody@nordvik.example");
    await owner.press(w("audit-show"));
    await owner.sees(w("audit-nobody"));
    owner.clean();
  });

  it("the log is whole here, in the browser and for the command, and every change of the file shows", async () => {
    await owner.open("/settings/audit/verify");
    await owner.heading(w("audit-verify-title"));
    await owner.press(w("audit-verify-button"));
    await owner.sees(/The log is whole/);
    await owner.look("whole");
    const [download] = await Promise.all([owner.page.waitForEvent("download"), owner.follow(w("audit-take-whole"))]);
    const file = path.join(demo.folder, "audit-log.jsonl");
    await download.saveAs(file);
    assert.match(await verifyInBrowser(file), /The log is whole/);
    await owner.look("whole in the browser");
    const { stdout } = await run(process.env.TILLIT_BIN, ["audit", "verify", "--file", file]);
    assert.match(stdout, /The log is whole\./);

    const lines = (await readFile(file, "utf8")).trim().split("\n");
    const rows = lines.findIndex((line) => line.startsWith('{"row"'));
    const changes = {
      changed: lines.map((line, at) => (at === rows + 1 ? line.replace(/"action":"[a-z_.]+"/, '"action":"sso.confirmed"') : line)),
      missing: lines.filter((_, at) => at !== rows + 1),
      "ends-early": lines.slice(0, -1),
      "part-changed": lines.map((line) => line.replace("127.0.0.1", "127.0.0.2")),
    };
    for (const [what, changed] of Object.entries(changes)) {
      const tampered = path.join(demo.folder, `${what}.jsonl`);
      await writeFile(tampered, changed.join("\n") + "\n");
      const here = await verifyInBrowser(tampered);
      assert.match(here, /The log is not whole/, what);
      const numbers = here.split("\n").find((line) => line.startsWith(w(`audit-find-${what}`, { seq: "", other: "" }).split(" ")[0]) && /\d/.test(line));
      assert.ok(numbers, `${what}: ${here}`);
      await assert.rejects(run(process.env.TILLIT_BIN, ["audit", "verify", "--file", tampered]), (error) => /BROKEN/.test(error.stdout) && error.code === 1, what);
    }
    const other = path.join(demo.folder, "other.jsonl");
    await writeFile(other, '{"something":"else"}\n');
    assert.match(await verifyInBrowser(other), /not a file of the whole log/);
    owner.clean();
  });

  it("rows deleted before their time are found though a row claims it", async () => {
    const verify = async (name, { file, kept }) => {
      const at = path.join(demo.folder, `${name}.jsonl`);
      await writeFile(at, file);
      const mail = path.join(demo.folder, `${name}.txt`);
      await writeFile(mail, kept);
      const command = (...more) => run(process.env.TILLIT_BIN, ["audit", "verify", "--file", at, ...more]).catch((error) => error);
      return [await verifyInBrowser(at), await verifyInBrowser(at, kept), (await command()).stdout, (await command("--checkpoints", mail)).stdout];
    };
    for (const said of await verify("in-time", shortened({ years: 1 }))) assert.match(said, /The log is whole/);
    const [here, kept, command, commandKept] = await verify("too-early", shortened({ days: 30 }));
    for (const said of [here, kept, command, commandKept]) assert.match(said, /log begins with row 5, and nothing explains/);
    for (const said of [kept, commandKept]) assert.match(said, /ows up to 4 were deleted before their time/);
    owner.clean();
  });

  it("a webhook is set up, its secret is shown once, and an address that is none is refused in words", async () => {
    await owner.open("/settings/audit/webhook");
    await owner.heading(w("audit-hook-title"));
    await owner.fill(w("audit-hook-address"), "http://siem.nordvik.example");
    await owner.fill(w("kit-proof-password"), demo.administrators[0].password);
    await owner.press(w("audit-hook-set"));
    await owner.sees(w("audit-hook-no-address"));
    await owner.look("refused");
    await owner.fill(w("audit-hook-address"), "https://siem.nordvik.example/tillit");
    await owner.fill(w("kit-proof-password"), demo.administrators[0].password);
    await owner.press(w("audit-hook-set"));
    await owner.sees(w("audit-hook-secret-once"));
    const secret = await owner.page.locator("#webhook-secret").innerText();
    assert.match(secret, /^[0-9a-f]{64}$/);
    await owner.look("secret");
    await owner.open("/settings/audit/webhook");
    await owner.seesNot(secret);
    await owner.press(w("audit-hook-try"));
    await owner.sees(w("audit-hook-tried"));
    await owner.press(w("audit-hook-remove"));
    await owner.sees(w("audit-choices-saved"));
    await owner.seesNot(w("audit-hook-try"));
    owner.clean();
  });

  it("keeping less says first how much will go, and the pages fit a phone in both themes and languages", async () => {
    await owner.open("/settings/audit/keep");
    await owner.page.getByLabel(w("audit-keep-how-long")).selectOption("1");
    await owner.press(w("audit-keep-save"));
    await owner.sees(w("audit-choices-saved"));
    const storageState = await owner.context.storageState();
    for (const viewport of [DESKTOP, PHONE]) {
      for (const [theme, language] of [["light", "en"], ["dark", "nb"]]) {
        const visitor = await Visitor.arrive(browser, demo, { viewport, theme, language, storageState });
        await visitor.context.addCookies([{ name: "tillit_language", value: language, url: demo.portal }]);
        for (const address of ["/settings/audit", "/settings/audit/verify", "/settings/audit/keep", "/settings/audit/webhook"]) {
          await visitor.open(address);
          await visitor.look();
        }
        visitor.clean();
        await visitor.leave();
      }
    }
    owner.clean();
  });

  it("without JavaScript the button works and the command is named", async () => {
    const storageState = await owner.context.storageState();
    const visitor = await Visitor.arrive(browser, demo, { javascript: false, storageState });
    await visitor.context.addCookies([{ name: "tillit_language", value: "en", url: demo.portal }]);
    await visitor.open("/settings/audit/verify");
    await visitor.sees("tillit audit verify --file");
    await visitor.press(w("audit-verify-button"));
    await visitor.sees(/The log is whole/);
    visitor.clean();
  });
});

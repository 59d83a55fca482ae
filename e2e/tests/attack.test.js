// `tillit demo --attack` against a demo whose organisation signs in at the practice tenant: every
// attack is tried, none works, and an honest sign-in still does.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { activated } from "../lib/activate.js";
import { launch, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { chooseLanguage, signInWithMicrosoft } from "../lib/portal.js";

const run = promisify(execFile);

describe("attacks from outside", { concurrency: false }, () => {
  let demo, browser;
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    await activated(browser, demo);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it("every attack is tried and held", async () => {
    const port = new URL(demo.portal).port;
    const { stdout } = await run(process.env.TILLIT_BIN, ["demo", "--port", port, "--data", demo.folder, "--attack"], { timeout: 120_000 });
    const lines = stdout.trim().split("\n");
    assert.match(lines.at(-1), /^No attack worked: \d+ held, 0 not tried\.$/, stdout);
    const held = lines.filter((line) => line.startsWith("held"));
    assert.equal(held.length, lines.length - 1, stdout);
    assert.ok(held.length >= 28, stdout);
  });

  it("an honest person still gets in afterwards", async () => {
    const kari = await Visitor.arrive(browser, demo, { name: "kari" });
    await chooseLanguage(kari);
    await signInWithMicrosoft(kari, demo.people[0]);
    assert.ok(kari.at(demo.portal), kari.page.url());
    await kari.open("/account");
    await kari.page.getByRole("main").getByText(demo.people[0].username).first().waitFor();
  });
});

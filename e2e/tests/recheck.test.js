// A form that comes long after a look at the account was due: the look is made, and the form is not lost.
import assert from "node:assert/strict";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe } from "node:test";
import { activated } from "../lib/activate.js";
import { launch, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { chooseLanguage, signInWithMicrosoft } from "../lib/portal.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

const w = (key, values) => say("en", key, values);
const NOBODY = "somebody & nobody@nordvik.example";

describe("a form that was written for a very long time", { concurrency: false }, () => {
  let demo, browser, owner, plain;
  const step = steps({ everybody: () => [owner, plain].filter(Boolean), demo: () => demo, independent: true });
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    ({ owner } = await activated(browser, demo));
    plain = await Visitor.arrive(browser, demo, { name: "without scripts", javascript: false });
    await chooseLanguage(plain);
    await signInWithMicrosoft(plain, demo.administrators[0]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** As if every session had last been looked at two hours and a minute ago. */
  const letTimePass = () => {
    const minute = 60_000_000n;
    const now = BigInt(Date.now()) * 1000n;
    const database = new DatabaseSync(path.join(demo.folder, "tillit.db"), { timeout: 5000 });
    const { changes } = database
      .prepare("UPDATE session SET rechecked_at = ?, recheck_at = ? WHERE recheck_at IS NOT NULL")
      .run(now - 121n * minute, now - 61n * minute);
    database.close();
    assert.ok(changes >= 2);
  };
  const write = async (visitor) => {
    await visitor.open("/people");
    await visitor.heading(w("people-title"));
    const field = visitor.page.getByRole("textbox", { name: w("people-filter"), exact: true });
    await field.fill(NOBODY);
    letTimePass();
    await field.press("Enter");
  };
  const arrived = async (visitor) => {
    await visitor.heading(w("search-title"));
    await visitor.sees(NOBODY);
    assert.equal(new URL(visitor.page.url()).pathname, "/people/search");
  };

  step("is sent by itself after the look, with every word of it", async () => {
    await write(owner);
    await arrived(owner);
  });

  step("waits for its button where no script runs", async () => {
    await write(plain);
    await plain.heading(w("sent-title"));
    assert.match(new URL(plain.page.url()).pathname, /^\/sent\/frm_/);
    await plain.press(w("sent-go"));
    await arrived(plain);
  });

  step("nobody met an error, a third party, a barrier or a page wider than the screen", () => {
    owner.clean();
    plain.clean();
  });
});

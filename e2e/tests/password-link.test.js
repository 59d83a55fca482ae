// Somebody has nothing to sign in with: single sign-on was turned off, or the password is lost. An administrator sends a link.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { activated } from "../lib/activate.js";
import { launch, PHONE } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { arrivals, openSecurity, signInLocally, signInWithMicrosoft } from "../lib/portal.js";
import { leadingOn } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

const w = (key, values) => say("en", key, values);
const FIRST = "fire små kaker til";
const SECOND = "en annen grønn kopp";

describe("links to choose a password", { concurrency: false }, () => {
  let demo, browser, owner, ingrid, kari;
  const everybody = [];
  const step = steps({ everybody: () => everybody, demo: () => demo });
  const arrive = arrivals(everybody, () => ({ browser, demo }));
  const prove = async () => {
    const proof = owner.page.getByLabel(w("kit-proof-password"), { exact: true });
    if (await proof.count()) await proof.fill(ingrid.password);
  };
  /** The link in the newest mail to Kari. */
  const newestLink = async (not) => {
    for (let i = 0; i < 50; i += 1) {
      await owner.open("/demo/mail");
      const mail = owner.page.locator("article").filter({ hasText: kari.username }).filter({ hasText: "/set-up/" }).first();
      if ((await mail.count()) > 0) {
        const link = (await mail.locator("pre").innerText()).match(/http\S+\/set-up\/\S+/)[0];
        if (link !== not) return link;
      }
      await owner.page.waitForTimeout(200);
    }
    throw new Error("no mail with another link");
  };
  const choose = async (visitor, link, password) => {
    await visitor.open(link);
    await visitor.fill(w("link-password"), password);
    await visitor.fill(w("link-again"), password);
    await leadingOn(visitor.page, () => visitor.page.locator("main form button.button-primary").click());
    await visitor.open("/account");
    await visitor.sees(kari.username);
  };
  let first;

  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    ingrid = demo.administrators[0];
    kari = demo.people[0];
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  step("after single sign-on was turned off, everybody who came by it alone gets a link at once", async () => {
    ({ owner } = await activated(browser, demo));
    everybody.push(owner);
    const colleague = await arrive("kari, at Microsoft");
    await signInWithMicrosoft(colleague, kari);
    await colleague.leave();
    await openSecurity(owner);
    await owner.open("/settings/security/turn-off");
    await owner.sees(w("turn-off-will-2"));
    await prove();
    await leadingOn(owner.page, () => owner.press(w("turn-off-button", { organisation: "Nordvik kommune" })));
    await owner.leave();
    owner = await arrive("owner, locally");
    await signInLocally(owner, ingrid);
    await openSecurity(owner);
    await owner.sees(w("password-links-note-title"));
    await owner.follow(w("password-links-open"));
    await owner.heading(w("password-links-title"));
    await prove();
    await owner.page.locator("main form button.button-primary").click();
    await owner.sees("1 link was sent.");
    first = await newestLink();
    const visitor = await arrive("kari, on a telephone", { viewport: PHONE });
    await choose(visitor, first, FIRST);
    await visitor.leave();
    await openSecurity(owner);
    assert.equal(await owner.page.getByText(w("password-links-note-title")).count(), 0);
  });

  step("whoever lost the password gets another one from the own page under People", async () => {
    await owner.open("/people");
    await owner.page.getByRole("link", { name: "Kari Nordmann" }).first().click();
    await owner.heading("Kari Nordmann");
    await owner.follow(w("password-link-open"));
    await owner.heading(w("password-link-title", { name: "Kari Nordmann" }));
    await owner.sees(w("password-link-will-log"));
    await prove();
    await leadingOn(owner.page, () => owner.press(w("password-link-button")));
    await owner.sees(w("password-link-sent"));
    const second = await newestLink(first);
    const visitor = await arrive("kari, again");
    await choose(visitor, second, SECOND);
    const late = await arrive("somebody with the old link");
    await late.open(first);
    await late.heading(w("link-over-title"));
    const old = await arrive("somebody with the old password");
    await signInLocally(old, kari, FIRST);
    await old.heading(w("password-title"));
  });
});

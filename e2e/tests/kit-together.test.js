// Recovery codes of several owners together: chosen by one, typed by two, each in a browser of their own.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { launch, PHONE, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { makeRecoveryKit, signInLocally } from "../lib/portal.js";
import { leadingOn } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { mailWith } from "../lib/mailbox.js";
import { say } from "../lib/words.js";

const w = (key, values) => say("en", key, values);
const OWNERS = "/settings/security/recovery-kit/owners";

describe("codes of several owners together", { concurrency: false }, () => {
  let demo, browser, ingrid, hanne;
  const codes = {};
  const step = steps({ everybody: () => [ingrid, hanne].filter(Boolean), demo: () => demo });
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    ingrid = await Visitor.arrive(browser, demo, { name: "ingrid" });
    hanne = await Visitor.arrive(browser, demo, { name: "hanne", viewport: PHONE, javascript: false });
  });
  after(async () => {
    await ingrid?.leave();
    await hanne?.leave();
    await browser?.close();
    await demo?.stop();
  });

  /** Types username and a code at the page of the organisation, which knows owners of every domain. */
  const typeCode = async (visitor, person, code) => {
    await visitor.open("/o/nordvik/sign-in/recovery-code");
    await visitor.fill(w("sign-in-username"), person.username);
    await visitor.fill(w("recovery-code"), code);
    await leadingOn(visitor.page, () => visitor.press(w("recovery-use")));
  };
  const number = (visitor, n) => visitor.page.getByLabel(w("kit-rule-several", { number: n }));

  step("with one kit there is nothing to choose yet", async () => {
    await signInLocally(ingrid, demo.administrators[0]);
    codes.ingrid = await makeRecoveryKit(ingrid, demo.administrators[0]);
    await ingrid.open("/settings/security/recovery-kit");
    await ingrid.follow(w("kit-rule-open"));
    await ingrid.heading(w("kit-rule-title"));
    await ingrid.page.getByText(w("kit-rule-few")).waitFor();
  });

  step("the other owner makes one too, without scripts, and two are asked for", async () => {
    await hanne.open("/o/nordvik/sign-in/other");
    await hanne.fill(w("sign-in-username"), demo.administrators[1].username);
    await hanne.fill(w("password-password"), demo.administrators[1].password);
    await leadingOn(hanne.page, () => hanne.press(w("password-sign-in")));
    codes.hanne = await makeRecoveryKit(hanne, demo.administrators[1]);
    await ingrid.open(OWNERS);
    await number(ingrid, 2).check();
    await leadingOn(ingrid.page, () => ingrid.press(w("kit-rule-save")));
    await ingrid.page.getByText(w("kit-proof-needed")).first().waitFor();
    await number(ingrid, 2).check();
    await ingrid.fill(w("kit-proof-password"), demo.administrators[0].password);
    await leadingOn(ingrid.page, () => ingrid.press(w("kit-rule-save")));
    await ingrid.page.getByText(w("kit-rule-saved")).waitFor();
    await ingrid.page.getByText(w("kit-rule-now-several", { number: 2 })).waitFor();
    await ingrid.look("kit-rule");
  });

  step("the first code waits, however often it is looked again", async () => {
    for (const visitor of [ingrid, hanne]) await visitor.context.clearCookies();
    await typeCode(ingrid, demo.administrators[0], codes.ingrid[1]);
    await ingrid.heading(w("together-title"));
    await ingrid.look("together");
    await leadingOn(ingrid.page, () => ingrid.press(w("together-look")));
    await ingrid.heading(w("together-title"));
    assert.equal(new URL(ingrid.page.url()).search, "", "what the browser carries stands in no address");
  });

  step("the second owner's code lets both in", async () => {
    await typeCode(hanne, demo.administrators[1], codes.hanne[1]);
    await hanne.open(OWNERS);
    await hanne.heading(w("kit-rule-title"));
    await leadingOn(ingrid.page, () => ingrid.press(w("together-look")));
    await ingrid.open(OWNERS);
    await ingrid.heading(w("kit-rule-title"));
    await mailWith(ingrid, "a code of a recovery kit waits for one more owner");
    await mailWith(ingrid, "owners signed in with codes of their recovery kits together");
  });

  step("a lower number waits in the open, and the other owner stops it", async () => {
    await ingrid.open(OWNERS);
    await ingrid.page.getByLabel(w("kit-rule-one"), { exact: false }).first().check();
    await ingrid.fill(w("kit-proof-password"), demo.administrators[0].password);
    await leadingOn(ingrid.page, () => ingrid.press(w("kit-rule-save")));
    await ingrid.page.getByText("To stop it, choose 2 again").waitFor();
    await hanne.open(OWNERS);
    await hanne.page.getByText("To stop it, choose 2 again").waitFor();
    await number(hanne, 2).check();
    await hanne.fill(w("kit-proof-password"), demo.administrators[1].password);
    await leadingOn(hanne.page, () => hanne.press(w("kit-rule-save")));
    await hanne.page.getByText(w("kit-rule-now-several", { number: 2 })).waitFor();
    assert.equal(await hanne.page.getByText("To stop it").count(), 0);
  });
});

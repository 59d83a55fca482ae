// Sign-ins that must not succeed, each from a person's view.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { activated } from "../lib/activate.js";
import { launch, PHONE, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { arrivals, chooseLanguage, openSecurity, signInLocally, signInWithMicrosoft, typeUsername } from "../lib/portal.js";
import { adminCentre, leadingOn, signInAtMicrosoft } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

const w = (key, values) => say("en", key, values);
const refusal = (visitor, kind) => visitor.heading(w(`refusal-${kind}-title`));

describe("refusals while activating", { concurrency: false }, () => {
  let demo, browser, owner, ingrid;
  const step = steps({ everybody: () => (owner ? [owner] : []), demo: () => demo, independent: true });
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    ingrid = demo.administrators[0];
    owner = await Visitor.arrive(browser, demo, { name: "owner" });
    await chooseLanguage(owner);
    await signInLocally(owner, ingrid);
    await openSecurity(owner);
    await leadingOn(owner.page, () => owner.press(w("sso-activate")));
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });
  const toMicrosoft = async () => {
    await owner.open("/settings/security/activate");
    await leadingOn(owner.page, () => owner.press(w("activate-continue")));
  };

  step("consent that is cancelled changes nothing, and can be tried again", async () => {
    await toMicrosoft();
    await signInAtMicrosoft(owner, ingrid, { consent: "cancel" });
    await refusal(owner, "consent-denied");
    await openSecurity(owner);
    await owner.sees(w("stage-draft"));
  });

  step("an account of another tenant is shown for what it is before anything is linked", async () => {
    await owner.context.clearCookies({ domain: "127.0.0.1" });
    await toMicrosoft();
    await signInAtMicrosoft(owner, { username: "erik.strand@fjordheim.example", password: "Practice-2026" });
    await owner.heading(w("proposal-title"));
    await owner.sees("Fjordheim AS");
    await owner.sees(w("proposal-differ"));
    await openSecurity(owner);
    await owner.sees(w("stage-draft"));
  });

  step("a personal account never comes further than Microsoft's page", async () => {
    await owner.context.clearCookies({ domain: "127.0.0.1" });
    await toMicrosoft();
    await leadingOn(owner.page, () => owner.press("Use another account"));
    const email = owner.page.getByLabel("Email, phone, or Skype");
    await email.fill("kari.privat@personal.example");
    await leadingOn(owner.page, () => owner.press("Next"));
    await owner.page.getByText(/AADSTS\d+/).first().waitFor();
    assert.ok(owner.at(demo.practice));
  });

  step("nobody met an error, a third party, a barrier or a page wider than the screen", () => owner.clean());
});

describe("refusals once it is on", { concurrency: false }, () => {
  let demo, browser, owner;
  const everybody = [];
  const step = steps({ everybody: () => everybody, demo: () => demo, independent: true });
  const arrive = arrivals(everybody, () => ({ browser, demo, viewport: PHONE }));
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    ({ owner } = await activated(browser, demo));
    everybody.push(owner);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  step("somebody whom nobody added is told so", async () => {
    const visitor = await arrive("ola");
    await signInWithMicrosoft(visitor, demo.people[1]);
    await refusal(visitor, "creation-off");
  });

  step("an administrator who was never linked needs one more proof", async () => {
    const visitor = await arrive("lars");
    await signInWithMicrosoft(visitor, demo.administrators[2]);
    await refusal(visitor, "role-needs-link");
  });

  step("a local password is refused as if it were wrong", async () => {
    for (const password of [demo.administrators[2].password, "not the password at all"]) {
      const visitor = await arrive("lars, by password");
      await signInLocally(visitor, demo.administrators[2], password);
      await visitor.sees(w("password-refused"));
      await visitor.leave();
    }
  });

  step("without the assignment that the tenant asks for, Microsoft's code is explained", async () => {
    await adminCentre(owner, demo.administrators[0]);
    await owner.follow("Properties");
    await owner.page.getByLabel("Assignment required?").check();
    await leadingOn(owner.page, () => owner.press("Save"));
    const visitor = await arrive("kari");
    await signInWithMicrosoft(visitor, demo.people[0]);
    const shown = await visitor.page.getByText("AADSTS50105").count();
    if (visitor.at(demo.portal)) await refusal(visitor, "assignment-required");
    else assert.ok(shown > 0, visitor.page.url());
  });

  step("an answer that was used already, or belongs to no sign-in, is not accepted", async () => {
    const visitor = await arrive("replay");
    await visitor.open("/sso/callback?code=abc&state=unknown");
    await refusal(visitor, "state-unknown");
    await visitor.open("/");
    assert.match(visitor.page.url(), /\/sign-in/);
  });

  step("an unknown name is led by its domain alone", async () => {
    const addresses = [];
    for (const name of ["kari.nordmann@nordvik.example", "nobody.at.all@nordvik.example"]) {
      const visitor = await arrive(name);
      await typeUsername(visitor, name);
      addresses.push(new URL(visitor.page.url()).origin);
      await visitor.leave();
    }
    assert.deepEqual(addresses, [demo.practice, demo.practice]);
  });

  step("nobody met an error, a third party, a barrier or a page wider than the screen", () => {
    assert.deepEqual(everybody.flatMap((visitor) => visitor.problems), []);
  });
});

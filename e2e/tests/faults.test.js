// The fault panel: one click breaks the practice tenant, the portal explains it, and recovers.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe } from "node:test";
import { activated } from "../lib/activate.js";
import { DESKTOP, launch, PHONE } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { arrivals, signInWithMicrosoft, typeUsername } from "../lib/portal.js";
import { fault, leadingOn, signInAtMicrosoft } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

const w = (key, values) => say("en", key, values);

describe("faults", { concurrency: false }, () => {
  let demo, browser, owner, panel, codes, kari, emma;
  const everybody = [];
  const step = steps({ everybody: () => everybody, demo: () => demo, independent: true });
  const arriving = arrivals(everybody, () => ({ browser, demo }));
  // Colleagues sit on a bus; whoever mends it sits at a desk.
  const arrive = (name) => arriving(name, { viewport: ["kari", "emma"].includes(name) ? PHONE : DESKTOP });
  /** Kari signs in from a new window; returns her visitor, wherever she ended. */
  const karis = async (options) => {
    const visitor = await arrive("kari");
    await signInWithMicrosoft(visitor, kari, options);
    return visitor;
  };
  const isIn = async (visitor) => {
    assert.ok(visitor.at(demo.portal), visitor.page.url());
    await visitor.open("/account");
    const main = visitor.page.getByRole("main");
    await main.getByText(kari.username).or(main.getByText("kari.fjellheim")).first().waitFor();
  };
  const refused = async (visitor, kind) => {
    const heading = visitor.page.getByRole("heading", { name: w(`refusal-${kind}-title`), exact: true });
    await heading.waitFor();
    await visitor.look(kind);
    // What happened, what it means, what to do, who can do it; and where help is.
    for (const part of ["happened", "means", "do", "who"]) await visitor.heading(w(`refusal-${part}`));
    for (const link of ["foot-support", "foot-privacy", "foot-terms"]) await visitor.link(w(link)).first().waitFor();
    await visitor.open("/account");
    assert.match(visitor.page.url(), /\/sign-in/, "a refused visitor is not signed in");
  };

  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    kari = demo.people[0];
    emma = demo.people[2];
    ({ owner, codes } = await activated(browser, demo, { createPeople: true }));
    everybody.push(owner);
    panel = await arrive("fault panel");
    await isIn(await karis());
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });
  beforeEach(async () => {
    await panel.open(`${demo.practice}/faults`);
    await leadingOn(panel.page, () => panel.press("Reset everything"));
  });

  step("a guest is refused, and enters again as a member", async () => {
    await fault(panel, "Guest", true);
    await refused(await karis(), "guest-refused");
    await fault(panel, "Guest", false);
    await isIn(await karis());
  });

  step("consent denied is explained, and a second try works", async () => {
    await fault(panel, "Consent denied", true);
    await refused(await karis(), "consent-denied");
    await fault(panel, "Consent denied", false);
    await isIn(await karis());
  });

  step("needs approval: the page is handed to the administrator, who grants it for everybody", async () => {
    await fault(panel, "Needs approval", true);
    const visitor = await arrive("kari");
    await typeUsername(visitor, kari.username);
    const met = await signInAtMicrosoft(visitor, kari);
    assert.equal(met.at(-1), "problem");
    await leadingOn(visitor.page, () => visitor.press("Return to the application without granting consent"));
    await visitor.page.getByRole("heading", { name: w("refusal-needs-admin-approval-title") }).waitFor();
    const link = (await visitor.page.locator("#handover").innerText()).trim();
    await refused(visitor, "needs-admin-approval");

    const administrator = await arrive("tenant administrator");
    await administrator.open(link);
    await administrator.heading(w("handover-heading", { organisation: "Nordvik kommune" }));
    await leadingOn(administrator.page, () => administrator.press(w("consent-grant")));
    await signInAtMicrosoft(administrator, demo.administrators[0]);
    await isIn(await karis());
  });

  step("an expired secret is named, and mended", async () => {
    await fault(panel, "Secret expired", true);
    await refused(await karis(), "secret-expired");
    await fault(panel, "Secret expired", false);
    await isIn(await karis());
  });

  step("a tenant that is down lets nobody in by password, but an owner by a recovery code", async () => {
    await fault(panel, "Tenant down", true);
    const visitor = await arrive("kari");
    await typeUsername(visitor, kari.username);
    await refused(visitor, "provider-unreachable");

    const ingrid = demo.administrators[0];
    const locked = await arrive("owner without Microsoft");
    await locked.open("/sign-in");
    await locked.follow(w("sign-in-other"));
    await locked.heading(w("password-title"));
    await locked.fill(w("sign-in-username"), ingrid.username);
    await locked.fill(w("password-password"), ingrid.password);
    await leadingOn(locked.page, () => locked.press(w("password-sign-in")));
    await locked.sees(w("password-refused"));
    await locked.look("refused password");
    await locked.follow(w("password-use-code"));
    await locked.heading(w("recovery-title"));
    await locked.fill(w("sign-in-username"), ingrid.username);
    await locked.fill(w("recovery-code"), codes.shift());
    await leadingOn(locked.page, () => locked.press(w("recovery-use")));
    await locked.open("/account");
    await locked.sees(ingrid.username);

    await fault(panel, "Tenant down", false);
    await isIn(await karis());
  });

  step("slow Graph never keeps a known person out; somebody new waits with a clear page", async () => {
    await fault(panel, "Slow Graph", true);
    await isIn(await karis());
    const newcomer = await arrive("emma");
    await signInWithMicrosoft(newcomer, emma);
    await newcomer.heading(w("waiting-title"));
    await fault(panel, "Slow Graph", false);
    await signInWithMicrosoft(newcomer, emma);
    await newcomer.open("/account");
    await newcomer.sees(emma.username);
  });

  step("somebody who was renamed is still the same person", async () => {
    await fault(panel, "User renamed", true);
    const visitor = await arrive("kari, renamed");
    await typeUsername(visitor, kari.username);
    await signInAtMicrosoft(visitor, { ...kari, username: "kari.fjellheim@nordvik.example" });
    await visitor.open("/account");
    await visitor.page.getByRole("heading", { name: "Kari Fjellheim" }).waitFor();
    await fault(panel, "User renamed", false);
    await isIn(await karis());
  });

  step("keys that rolled over are noticed during the sign-in", async () => {
    await fault(panel, "Keys rolled over", true);
    await isIn(await karis());
  });

  step("the administrator reads what went wrong, in plain words", async () => {
    await owner.open("/settings/security/sign-ins");
    await owner.heading(w("sign-ins-title"));
    await owner.sees(w("outcome-refused"));
    await owner.sees(w("refusal-guest-refused-title"));
  });

  step("nobody met an error, a third party, a barrier or a page wider than the screen", () => {
    assert.deepEqual(everybody.flatMap((visitor) => visitor.problems), []);
  });
});

// Invitations: an owner invites, the mail is read in the demo's mailbox, the invited person comes in another browser.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { activated } from "../lib/activate.js";
import { launch, PHONE } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { arrivals, signInLocally } from "../lib/portal.js";
import { leadingOn, signInAtMicrosoft } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

const w = (key, values) => say("en", key, values);
const organisation = "Nordvik kommune";

/** Fills the form and sends the invitation. */
async function invite(owner, person, address, role) {
  await owner.open("/people");
  await owner.follow(w("people-invite"));
  await owner.heading(w("invite-title"));
  await owner.fill(w("invite-address"), address);
  await owner.page.getByRole("radio", { name: w(role) }).check();
  // Asked for unless it was proved within the last ten minutes.
  const proof = owner.page.getByLabel(w("kit-proof-password"), { exact: true });
  if (await proof.count()) await proof.fill(person.password);
  await leadingOn(owner.page, () => owner.press(w("invite-button")));
  await owner.heading(w("invitations-title"));
  await owner.sees(w("invite-sent"));
}

/** The link in the newest mail to this address, as the demo's mailbox shows it. */
async function linkFor(owner, address) {
  for (let i = 0; i < 50; i += 1) {
    await owner.open("/demo/mail");
    const mail = owner.page.locator("article").filter({ hasText: address }).filter({ hasText: "/invitation/" }).first();
    if ((await mail.count()) > 0) return (await mail.locator("pre").innerText()).match(/http\S+\/invitation\/\S+/)[0];
    await owner.page.waitForTimeout(200);
  }
  throw new Error(`no mail to ${address}`);
}

describe("invitations", { concurrency: false }, () => {
  let demo, browser, owner, ingrid, ola;
  const everybody = [];
  const step = steps({ everybody: () => everybody, demo: () => demo });
  const arrive = arrivals(everybody, () => ({ browser, demo }));
  const isSecurityAdministrator = async (visitor) => {
    await visitor.sees(w("invitation-accepted"));
    await visitor.open("/account");
    await visitor.sees(w("role-security-administrator"));
    await visitor.open("/settings/security");
    await visitor.heading(w("sso-title"));
  };

  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    ingrid = demo.administrators[0];
    ola = demo.people[1];
    owner = await arrive("owner");
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  step("without single sign-on a consultant chooses a password and lands with the role", async () => {
    await signInLocally(owner, ingrid);
    await invite(owner, ingrid, "jonas@consultant.example", "role-security-administrator");
    const link = await linkFor(owner, "jonas@consultant.example");
    const invited = await arrive("consultant", { viewport: PHONE });
    await invited.open(link);
    await invited.heading(w("invitation-title", { organisation }));
    await invited.sees("Ingrid Solberg");
    await invited.fill(w("link-password"), "fire små kaker til");
    await invited.fill(w("link-again"), "fire små kaker til");
    await leadingOn(invited.page, () => invited.press(w("invitation-password-button")));
    await isSecurityAdministrator(invited);
    await owner.open("/people/invitations");
    await owner.sees(w("invitation-used"));
    const late = await arrive("somebody late");
    await late.open(link);
    await late.heading(w("invitation-used-title"));
  });

  step("the organisation gets another name, and its old one back", async () => {
    for (const name of ["Nordvik og omegn", organisation]) {
      await owner.open("/settings/general");
      await owner.fill(w("general-name"), name);
      await leadingOn(owner.page, () => owner.press(w("general-save")));
      await owner.sees(w("general-saved"));
      assert.equal(await owner.page.getByLabel(w("general-name"), { exact: true }).inputValue(), name);
    }
  });

  step("with single sign-on the invited signs in at Microsoft, is asked, and lands with the role", async () => {
    await owner.leave();
    ({ owner } = await activated(browser, demo));
    everybody.push(owner);
    await invite(owner, ingrid, ola.username, "role-security-administrator");
    const link = await linkFor(owner, ola.username);
    const invited = await arrive("ola");
    await invited.open(link);
    await invited.heading(w("invitation-title", { organisation }));
    await leadingOn(invited.page, () => invited.press(w("invitation-provider-button")));
    await signInAtMicrosoft(invited, ola);
    await invited.heading(w("invited-title"));
    await leadingOn(invited.page, () => invited.press(w("invited-accept")));
    await isSecurityAdministrator(invited);
    invited.clean();
  });

  step("a withdrawn invitation says so, and one that was passed on is refused by name", async () => {
    const [, , emma] = demo.people;
    await invite(owner, ingrid, demo.people[0].username, "role-security-administrator");
    const link = await linkFor(owner, demo.people[0].username);
    const other = await arrive("emma");
    await other.open(link);
    await leadingOn(other.page, () => other.press(w("invitation-provider-button")));
    await signInAtMicrosoft(other, emma);
    await other.heading(w("invited-other-title"));
    await leadingOn(other.page, () => other.press(w("invited-leave")));
    await owner.open("/people/invitations");
    await leadingOn(owner.page, () => owner.press(new RegExp(`^${w("invitation-revoke")}`)));
    await owner.sees(w("invite-revoked"));
    await other.open(link);
    await other.heading(w("invitation-revoked-title"));
  });

  step("an account is unlinked after a page that says what will happen", async () => {
    await owner.open("/people");
    await owner.page.getByRole("link", { name: /Ola/ }).first().click();
    await owner.heading(w("person-identities"));
    await owner.follow(w("link-unlink"));
    await owner.page.locator(".will").waitFor();
    await owner.look("unlink");
    await leadingOn(owner.page, () => owner.press(w("unlink-button")));
    await owner.sees(w("flash-unlinked"));
    await owner.sees(w("person-no-identities-title"));
  });

  step("nobody met an error, a third party, a barrier or a page wider than the screen", () => {
    assert.deepEqual(everybody.flatMap((visitor) => visitor.problems), []);
  });
});

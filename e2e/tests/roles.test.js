// Roles and service identities: giving somebody a role, what it opens and what stays shut, and tokens for programs.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { DESKTOP, launch, PHONE } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { picture } from "../lib/pictures.js";
import { arrivals, signInLocally } from "../lib/portal.js";
import { leadingOn } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

/** The walk in one language; the guide "Roles" has its pictures from it. */
function roles(title, look) {
  const w = (key, values) => say(look.language, key, values);
  describe(title, { concurrency: false }, () => {
    let demo, browser, owner, thomas, token;
    const everybody = [];
    const step = steps({ everybody: () => everybody, demo: () => demo });
    const arriving = arrivals(everybody, () => ({ browser, demo, ...look }));
    const arrive = async (name, person, as) => {
      const visitor = await arriving(name, as);
      await signInLocally(visitor, person);
      return visitor;
    };
    const named = (start) => demo.administrators.find(({ username }) => username.startsWith(start));
    /** Asks the program whether the token is good, as whoever runs the portal would. */
    const checked = () => demo.command("token", "check", { input: `${token}\n` });

    const choose = (role) => owner.page.locator("a.tile").filter({ has: owner.page.getByRole("heading", { name: role, exact: true }) }).click();

    before(async () => {
      demo = await Demo.start();
      browser = await launch();
      owner = await arrive("owner", named("ingrid."));
      thomas = await arrive("author", named("thomas."), { viewport: PHONE });
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    step("a campaign author is shown no people, no log and no way to give roles", async () => {
      for (const closed of ["/people", "/settings/audit", "/settings/services"]) {
        await thomas.open(closed);
        await thomas.heading(w("fault-forbidden-title"));
      }
    });

    step("an owner opens the person and sees which roles there are", async () => {
      await owner.open("/");
      await owner.follow(w("nav-people"));
      await owner.page.getByRole("link", { name: "Thomas Nguyen" }).click();
      await owner.heading("Thomas Nguyen");
      await owner.follow(w("role-change"));
      await owner.heading(w("role-choose-title", { name: "Thomas Nguyen" }));
      await picture(owner, "roles", owner.page.locator("main"));
    });

    step("the next page names what the person may from then on and what no longer, before anything happens", async () => {
      await choose(w("role-auditor"));
      await owner.heading(w("role-confirm-title", { name: "Thomas Nguyen", role: w("role-auditor") }));
      await owner.sees(w("may-view-audit"));
      await owner.sees(w("may-launch-campaigns"));
      await picture(owner, "role-confirm", owner.page.locator("main"));
    });

    step("being signed in is not enough to give it", async () => {
      const give = w("role-confirm-button", { name: "Thomas Nguyen", role: w("role-auditor") });
      await leadingOn(owner.page, () => owner.press(give));
      await owner.sees(w("kit-proof-needed"));
      await owner.fill(w("kit-proof-password"), "not the password");
      await leadingOn(owner.page, () => owner.press(give));
      await owner.sees(w("kit-proof-wrong"));
      await owner.fill(w("kit-proof-password"), named("ingrid.").password);
      await leadingOn(owner.page, () => owner.press(give));
      await owner.sees(w("flash-role-changed"));
    });

    step("the person is signed out, signs in again and may what the new role may", async () => {
      await thomas.open("/people");
      await thomas.heading(w("sign-in-title"));
      await signInLocally(thomas, named("thomas."));
      await thomas.open("/people");
      await thomas.heading(w("people-title"));
      await thomas.open("/settings/audit");
      await thomas.heading(w("audit-title"));
    });

    step("the last owner stays one, and the page says what to do first", async () => {
      await owner.open("/people");
      await owner.page.getByRole("link", { name: "Hanne Moe" }).click();
      await owner.follow(w("role-change"));
      await choose(w("role-employee"));
      await leadingOn(owner.page, () => owner.press(w("role-confirm-button", { name: "Hanne Moe", role: w("role-employee") })));
      await owner.sees(w("flash-role-changed"));
      await owner.open("/");
      await owner.sees(w("few-owners"));
      await owner.open("/people");
      await owner.page.getByRole("link", { name: "Ingrid Solberg" }).click();
      await owner.follow(w("role-change"));
      await choose(w("role-employee"));
      await leadingOn(owner.page, () => owner.press(w("role-confirm-button", { name: "Ingrid Solberg", role: w("role-employee") })));
      await owner.sees(w("role-last-owner"));
    });

    step("a program gets an identity of its own, whose token is shown once", async () => {
      await owner.open("/settings/general");
      await owner.follow(w("services-open"));
      await owner.heading(w("services-title"));
      // The one that waits in the demo to have its token replaced.
      await owner.sees("Personnel system");
      await owner.follow(w("service-new"));
      await owner.heading(w("service-new"));
      await leadingOn(owner.page, () => owner.press(w("service-new-button")));
      await owner.sees(w("service-name-missing"));
      await owner.fill(w("service-name"), "Directory");
      await owner.fill(w("service-purpose"), "Brings people in");
      await owner.page.getByLabel(w("scope-scim")).check();
      await leadingOn(owner.page, () => owner.press(w("service-new-button")));
      await owner.heading(w("token-once-title"));
      token = (await owner.page.locator("pre").first().innerText()).trim();
      assert.match(token, /^tlt_/);
      assert.ok(!owner.page.url().includes(token));
      await owner.follow(w("token-once-button"));
      await owner.heading("Directory");
      await owner.seesNot(token);
      await owner.page.reload();
      await owner.seesNot(token);
    });

    step("a second token works beside the first, so that nothing stops while they change places", async () => {
      await leadingOn(owner.page, () => owner.press(w("token-another-button")));
      await owner.heading(w("token-once-title"));
      await owner.follow(w("token-once-button"));
      assert.equal(await owner.page.getByText(w("token-works"), { exact: true }).count(), 3, "the identity and both tokens");
      await owner.sees(w("token-another-full"));
    });

    step("an auditor sees it and can change nothing", async () => {
      await thomas.open("/settings/services");
      await thomas.follow("Directory");
      await thomas.heading("Directory");
      assert.equal(await thomas.button(w("token-revoke")).count(), 0);
      assert.equal(await thomas.link(w("service-revoke")).count(), 0);
      await thomas.open("/settings/services/new");
      await thomas.heading(w("fault-forbidden-title"));
    });

    step("revoking names what stops, and stops it", async () => {
      const before = await checked();
      assert.equal(before.status, 0, before.output);
      assert.match(before.output, /Directory/);
      await owner.follow(w("service-revoke"));
      await owner.heading(w("service-revoke-title", { name: "Directory" }));
      await leadingOn(owner.page, () => owner.press(w("service-revoke-button", { name: "Directory" })));
      await owner.sees(w("flash-service-revoked"));
      const afterwards = await checked();
      assert.notEqual(afterwards.status, 0, afterwards.output);
    });

    step("the guide shows the pages and the table of who may do what", async () => {
      await owner.open("/guides/roles");
      await owner.heading(w("role-guide").split(":")[0]);
      const pictures = owner.page.locator("main img");
      assert.ok((await pictures.count()) >= 1);
      for (const shown of await pictures.all()) assert.ok(await shown.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
    });

    step("nobody met an error, a third party, a barrier or a page wider than the screen", async () => everybody.forEach((visitor) => visitor.clean()));
  });
}

roles("roles and service identities", { viewport: DESKTOP, language: "en", theme: "light" });
if (process.env.TILLIT_TAKE_PICTURES === "1") roles("roles and service identities, in Norwegian", { viewport: DESKTOP, language: "nb", theme: "light" });

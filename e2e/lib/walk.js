// The guide "Single sign-on in Azure AD", walked from the first sign-in to the receipt, by the
// words on the screen. The same walk in every language, theme, width, with and without scripts.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { launch, Visitor } from "./browser.js";
import { Demo } from "./demo.js";
import { picture, readmePicture } from "./pictures.js";
import { card, chooseLanguage, makeRecoveryKit, openSecurity, signInLocally, signInWithMicrosoft, typeUsername } from "./portal.js";
import { adminCentre, leadingOn, signInAtMicrosoft } from "./practice.js";
import { steps } from "./steps.js";
import { PROMISED, say } from "./words.js";

const FIELDS = ["email", "name", "title", "company", "department", "phone", "address", "language", "profile-image"];

/** How this organisation's first tenant administrator consents, and whether pictures are taken. */
export function walk(title, { look, pictures = false, bySignInPage = false }) {
  describe(title, { concurrency: false }, () => {
    const w = (key, values) => say(look.language ?? "en", key, values);
    const organisation = "Nordvik kommune";
    let demo, browser, owner, other, ingrid, kari, ola;
    const everybody = [];
    const arrive = async (name) => {
      const visitor = await Visitor.arrive(browser, demo, { ...look, name });
      everybody.push(visitor);
      return visitor;
    };
    const step = steps({ everybody: () => everybody, demo: () => demo });
    const take = (visitor, name, element) => (pictures ? picture(visitor, name, element) : undefined);

    before(async () => {
      demo = await Demo.start();
      browser = await launch();
      ingrid = demo.administrators[0];
      kari = demo.people[0];
      ola = demo.people[1];
      owner = await arrive("owner");
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    step("1 the administrator signs in and finds Activate SSO", async () => {
      await chooseLanguage(owner);
      await signInLocally(owner, ingrid);
      await owner.look();
      for (const word of PROMISED.rail.slice(0, 5)) {
        if ((look.language ?? "en") === "en") assert.equal(await owner.page.getByRole("link", { name: word, exact: true, includeHidden: true }).count() > 0, true, word);
      }
      await openSecurity(owner);
      for (const tab of PROMISED.tabs) {
        if ((look.language ?? "en") === "en") await owner.link(tab).waitFor();
      }
      await take(owner, "settings-security", card(owner, w("sso-title")));
      await owner.press(w("sso-activate"));
      await owner.heading(w("activate-title"));
    });

    step("2 what will be read, who will match and the way back stand there before anything happens", async () => {
      for (const permission of ["openid", "profile", "email", "User.Read"]) await owner.sees(permission);
      for (const field of FIELDS) await owner.page.locator(".chip").getByText(w(`profile-${field}`), { exact: true }).first().waitFor();
      for (const administrator of demo.administrators) await owner.sees(administrator.username);
      await owner.heading(w("activate-way-back"));
      await owner.sees(w("will-happen"));
      await take(owner, "what-will-happen", owner.page.locator("main .content").first());
    });

    step("3 only this browser is routed by the draft; Microsoft's login and consent; what came back is asked about", async () => {
      if (bySignInPage) {
        await typeUsername(owner, ingrid.username);
      } else {
        await leadingOn(owner.page, () => owner.press(w("activate-continue")));
      }
      const met = await signInAtMicrosoft(owner, ingrid, {
        met: async (name) => {
          if (name !== "accept") return;
          await owner.page.getByLabel("Consent on behalf of your organization").waitFor();
          await take(owner, "consent", owner.page.locator("main"));
        },
      });
      assert.ok(met.includes("accept"), `consent was asked: ${met}`);
      await owner.heading(w("proposal-title"));
      for (const words of [organisation, ingrid.username, "nordvik.example"]) await owner.sees(words);
      await take(owner, "proposal", owner.page.locator("main .content").first());
      await owner.fill(w("kit-proof-password"), ingrid.password);
      await owner.press(w("proposal-accept"));
      await owner.heading(w("sso-title"));

      const stranger = await arrive("another browser");
      await typeUsername(stranger, ingrid.username);
      assert.ok(stranger.at(demo.portal), `another browser is not routed by the draft, but it is at ${stranger.page.url()}`);
      await stranger.leave();
    });

    step("4 no enforcing without a kit that was tried and a test that passed", async () => {
      await owner.open("/settings/security/enforce");
      await owner.heading(w("enforce-title"));
      await owner.sees(w("obstacles-title"));
      const codes = await makeRecoveryKit(owner, ingrid);
      assert.ok(codes.length >= 8, `${codes.length} codes`);
      await openSecurity(owner);
      await leadingOn(owner.page, () => owner.press(w("step-test-next-button")));
      await signInAtMicrosoft(owner, ingrid);
      await openSecurity(owner);
      await owner.sees(w("sso-test-counts"));
    });

    step("4 enforcing counts down; this window can only turn off; a private window confirms", async () => {
      await owner.follow(w("step-enforce-next-button"));
      await owner.heading(w("enforce-title"));
      await leadingOn(owner.page, () => owner.press(w("enforce-button", { organisation })));
      await openOnlySecurity(owner);
      await owner.page.locator(".countdown time").waitFor();
      assert.match(await owner.page.locator(".countdown time").innerText(), /^1[45]:\d\d$/);
      await take(owner, "countdown", card(owner, w("sso-title")));
      await owner.open("/people");
      await owner.heading(w("fault-only-turn-off-title"));

      const confirming = await arrive("private window");
      await chooseLanguage(confirming);
      await signInWithMicrosoft(confirming, ingrid);
      await openSecurity(confirming);
      await confirming.sees(w("stage-on"));
      await owner.leave();
      owner = confirming;
    });

    async function openOnlySecurity(visitor) {
      await visitor.open("/settings/security");
      await visitor.heading(w("sso-title"));
    }

    step("5 a colleague lands signed in, with name, picture and language from Microsoft", async () => {
      const colleague = await arrive("colleague");
      const met = await signInWithMicrosoft(colleague, kari);
      assert.ok(met.includes("accept"), `without consent for everybody she is asked: ${met}`);
      assert.ok(colleague.at(demo.portal), colleague.page.url());
      assert.equal(await colleague.page.locator("html").getAttribute("lang"), "nb");
      await colleague.look();
      await colleague.open("/account");
      await colleague.page.getByRole("heading", { name: "Kari Nordmann" }).waitFor();
      const picture = colleague.page.locator("main img.avatar");
      await picture.waitFor();
      if (look.javascript !== false) assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth >= 48), "the picture is there");
      await colleague.look();
      colleague.clean();
      await colleague.leave();
    });

    step("6 consent is granted for everybody, and reviewed at Microsoft", async () => {
      await openSecurity(owner);
      await leadingOn(owner.page, () => owner.press(w("consent-grant")));
      await signInAtMicrosoft(owner, ingrid, { met: async (name) => name === "accept" && take(owner, "admin-consent", owner.page.locator("main")) });
      await openSecurity(owner);
      await owner.sees(w("consent-whole-claimed"));

      await owner.page.getByLabel(w("policy-create")).check();
      await leadingOn(owner.page, () => owner.press(w("policy-save")));

      const colleague = await arrive("second colleague");
      const met = await signInWithMicrosoft(colleague, ola);
      assert.ok(!met.includes("accept"), `nobody is asked any more: ${met}`);
      await colleague.leave();
      await openSecurity(owner);
      await owner.sees(w("consent-whole-seen"));
      if (pictures && look.language === "en") await readmePicture(owner);

      await adminCentre(owner, ingrid);
      await owner.sees("User.Read");
      await owner.sees("Microsoft Graph");
      await take(owner, "permissions", owner.page.locator("main"));
    });

    step("6 the section shows the ledger, the sign-ins, codes in plain words and a receipt", async () => {
      await owner.open("/settings/security/ledger");
      await owner.heading(w("ledger-title"));
      assert.ok((await owner.page.locator("tbody tr").count()) > 5, "the ledger has rows");
      await owner.open("/settings/security/sign-ins");
      await owner.heading(w("sign-ins-title"));
      await owner.sees(w("outcome-signed-in"));
      await openOnlySecurity(owner);
      await owner.fill(w("codes-label"), "AADSTS50105");
      await owner.press(w("codes-search"));
      await owner.page.getByRole("heading", { name: "AADSTS50105" }).waitFor();
      await owner.look("a code");
      await owner.open("/settings/security/receipt");
      await owner.heading(w("receipt-title"));
      for (const permission of ["openid", "profile", "email", "User.Read"]) await owner.sees(permission);
    });

    step("7 what happens if somebody signs in is told without signing in", async () => {
      for (const [username, verdict] of [[kari.username, w("what-if-in")], ["petra.holm@fjordheim.example", w("what-if-out")]]) {
        await openOnlySecurity(owner);
        await owner.fill(w("what-if-label"), username);
        await owner.press(w("what-if-ask"));
        await owner.page.locator("#what-happens [role=status]").getByText(verdict).first().waitFor();
        await owner.look(`what if ${verdict}`);
      }
    });

    step("8 the guide has this installation's values, pictures, and ticks what is done", async () => {
      await owner.open("/guides");
      await owner.heading(w("nav-guides"));
      await owner.page.locator("main a[href='/guides/single-sign-on-in-azure-ad']").click();
      await owner.page.locator("article.guide").waitFor();
      await owner.look();
      await owner.sees(`${demo.portal}/sso/callback`);
      const done = await owner.page.locator(".guide-step-done").evaluateAll((steps) => steps.map((step) => step.id));
      assert.deepEqual(done, ["activate", "connect", "recovery-kit", "test", "enforce", "consent"]);
      const broken = await owner.page.locator("article.guide img").evaluateAll(async (images) => {
        await Promise.all(images.map((image) => ((image.loading = "eager"), image.decode().catch(() => {}))));
        return images.filter((image) => image.naturalWidth === 0).map((image) => image.src);
      });
      assert.deepEqual(broken, []);
    });

    step("turning off gives back the local sign-in", async () => {
      await openOnlySecurity(owner);
      await owner.follow(w("sso-turn-off"));
      await owner.heading(w("turn-off-title", { organisation }));
      // Being signed in is not enough for this.
      await owner.fill(w("kit-proof-password"), ingrid.password);
      await leadingOn(owner.page, () => owner.press(w("turn-off-button", { organisation })));
      const again = await arrive("after turning off");
      await chooseLanguage(again);
      await signInLocally(again, ingrid);
      await openSecurity(again);
      await again.button(w("sso-activate")).waitFor();
    });

    step("nobody met an error, a third party, a barrier or a page wider than the screen", () => {
      assert.deepEqual(everybody.flatMap((visitor) => visitor.problems), []);
    });
  });
}

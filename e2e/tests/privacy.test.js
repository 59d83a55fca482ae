// Privacy: holding less and the receipt, the terms, the person's own account, asking to be forgotten, and being forgotten.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { DESKTOP, launch, PHONE } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { picture } from "../lib/pictures.js";
import { arrivals, signInLocally } from "../lib/portal.js";
import { leadingOn } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

/** The walk in one language; the guide "Privacy and the data processing agreement" has its pictures from it. */
function privacy(title, look) {
  const w = (key, values) => say(look.language, key, values);
  describe(title, { concurrency: false }, () => {
    let demo, browser, owner, lars, ingrid, colleague;
    const everybody = [];
    const step = steps({ everybody: () => everybody, demo: () => demo });
    const arrive = arrivals(everybody, () => ({ browser, demo, ...look }));

    before(async () => {
      demo = await Demo.start();
      browser = await launch();
      ingrid = demo.administrators[0];
      colleague = demo.administrators.find(({ username }) => username.startsWith("lars."));
      owner = await arrive("owner");
      await signInLocally(owner, ingrid);
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    step("an owner chooses to hold less, is told the number first, and gets a receipt", async () => {
      await owner.open("/settings/privacy");
      await owner.heading(w("privacy-fields"));
      await picture(owner, "privacy");
      await owner.follow(w("preset-needed"));
      await owner.sees(w("preset-shown"));
      await leadingOn(owner.page, () => owner.press(w("privacy-look")));
      await owner.heading(w("change-title"));
      const button = owner.page.getByRole("button", { name: look.language === "nb" ? /^Slett \d+ verdier og lagre$/ : /^Delete \d+ values and save$/ });
      const number = Number((await button.innerText()).match(/\d+/)[0]);
      assert.ok(number > 0);
      await picture(owner, "field-change", owner.page.locator("main"));
      await owner.fill(w("kit-proof-password"), ingrid.password);
      await leadingOn(owner.page, () => button.click());
      for (let i = 0; i < 50 && (await owner.page.getByRole("heading", { name: w("deletion-receipt") }).count()) === 0; i += 1) {
        await owner.page.waitForTimeout(200);
        await owner.page.reload();
      }
      await owner.heading(w("deletion-receipt"));
      await owner.sees(String(number));
      await picture(owner, "deletion-receipt", owner.page.locator("main"));
      await owner.open("/people");
      await owner.seesNot("Kari Nordmann");
    });

    step("the data processing terms say what was chosen", async () => {
      await owner.open("/settings/privacy/terms");
      await owner.heading(w("terms-title"));
      await owner.sees(w("terms-kept-never"));
      await owner.sees(w("terms-fingerprint"));
      await picture(owner, "terms");
    });

    step("an administrator on a phone sees everything that is held, takes it along, and asks to be forgotten", async () => {
      lars = await arrive("administrator, phone", { viewport: PHONE });
      await signInLocally(lars, colleague);
      await lars.open("/account");
      await lars.heading(w("mirror-held"));
      const [file] = await Promise.all([lars.page.waitForEvent("download"), lars.follow(w("mirror-download"))]);
      assert.equal(file.suggestedFilename(), "data.json");
      await lars.open("/account/erasure");
      await lars.heading(w("ask-title"));
      await lars.fill(w("ask-why"), "I leave at the end of the month.");
      await leadingOn(lars.page, () => lars.press(w("ask-button")));
      await lars.sees(w("mirror-asked"));
    });

    step("the owner reads the request, forgets the person by name, and gets the receipt", async () => {
      await owner.open("/settings/privacy/requests");
      await owner.heading(w("requests-title"));
      const { username } = colleague;
      await leadingOn(owner.page, () => owner.page.getByRole("link", { name: username }).click());
      await owner.sees("I leave at the end of the month.");
      await picture(owner, "erasure-request", owner.page.locator("main"));
      await owner.follow(w("forget-open", { name: username }));
      await owner.heading(w("forget-title", { name: username }));
      await owner.fill(w("forget-confirm", { username }), "somebody.else@nordvik.example");
      await owner.fill(w("kit-proof-password"), ingrid.password);
      await leadingOn(owner.page, () => owner.press(w("forget-button", { name: username })));
      await owner.sees(w("forget-confirm-wrong"));
      await owner.fill(w("forget-confirm", { username }), username);
      await owner.fill(w("kit-proof-password"), ingrid.password);
      await leadingOn(owner.page, () => owner.press(w("forget-button", { name: username })));
      await owner.heading(w("erasure-title"));
      await lars.open("/account");
      await lars.heading(w("sign-in-title"));
      for (const visitor of everybody) visitor.clean();
    });
  });
}

privacy("privacy", { viewport: DESKTOP, language: "en", theme: "light" });
if (process.env.TILLIT_TAKE_PICTURES === "1") privacy("privacy, in Norwegian", { viewport: DESKTOP, language: "nb", theme: "light" });

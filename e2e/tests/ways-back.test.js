// When an owner cannot get in: the guide before signing in, the contact, and the break-glass account from sealing to closing.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { DESKTOP, launch, PHONE, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { picture } from "../lib/pictures.js";
import { chooseLanguage, signInLocally } from "../lib/portal.js";
import { leadingOn } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { mailWith } from "../lib/mailbox.js";
import { say } from "../lib/words.js";

const OPERATOR = { operator: "Tillit demo" };

/** The walk in one language; the guide "If you cannot get in" has its pictures from it. */
function waysBack(title, look) {
  const w = (key, values) => say(look.language, key, values);
  describe(title, { concurrency: false }, () => {
    let demo, browser, owner, finder, code;
    const step = steps({ everybody: () => [owner, finder].filter(Boolean), demo: () => demo });
    before(async () => {
      demo = await Demo.start();
      browser = await launch();
      owner = await Visitor.arrive(browser, demo, { name: "owner", ...look });
      finder = await Visitor.arrive(browser, demo, { name: "finder", ...look, viewport: PHONE });
      await chooseLanguage(owner);
      await chooseLanguage(finder);
    });
    after(async () => {
      await owner?.leave();
      await finder?.leave();
      await browser?.close();
      await demo?.stop();
    });

    step("every question of the guide leads on, and no answer needs an account", async () => {
      await finder.open("/sign-in");
      await finder.follow(w("cannot-link"));
      await finder.heading(w("cannot-start-title"));
      await finder.look("cannot-start");
      await owner.open("/cannot-get-in");
      await picture(owner, "cannot-start");
      await finder.follow(w("cannot-answer-lost"));
      await finder.heading(w("cannot-lost-title"));
      await finder.follow(w("cannot-answer-lost-at-provider"));
      await finder.heading(w("cannot-lost-at-provider-title"));
      await finder.look("cannot-way");
      await finder.follow(w("cannot-again"));
      await finder.follow(w("cannot-answer-code"));
      await finder.fill(w("cannot-code-field"), "AADSTS50105: Your administrator has configured …");
      await finder.press(w("cannot-code-button"));
      await finder.page.getByRole("heading", { name: "AADSTS50105" }).waitFor();
      assert.equal(new URL(finder.page.url()).search, "", "what was pasted stands in no address");
    });

    step("an owner registers a contact, with the password as well", async () => {
      await signInLocally(owner, demo.administrators[0]);
      await owner.open("/settings/general");
      await owner.follow(w("way-back-open"));
      await owner.heading(w("ways-back-title"));
      await owner.fill(w("way-back-contact-field"), "chair@elsewhere.example");
      await owner.fill(w("kit-proof-password"), "not the password");
      await leadingOn(owner.page, () => owner.press(w("way-back-contact-save")));
      await owner.page.getByText(w("kit-proof-wrong")).first().waitFor();
      await owner.fill(w("kit-proof-password"), demo.administrators[0].password);
      await leadingOn(owner.page, () => owner.press(w("way-back-contact-save")));
      await owner.page.getByText(w("way-back-contact-saved")).waitFor();
      await owner.page.getByText("chair@elsewhere.example").waitFor();
      await owner.look("ways-back");
      await picture(owner, "ways-back");
    });

    step("and seals the break-glass account", async () => {
      await owner.follow(w("glass-go"));
      await owner.heading(w("glass-title"));
      await picture(owner, "break-glass", owner.page.locator("main"));
      await owner.fill(w("kit-proof-password"), demo.administrators[0].password);
      await leadingOn(owner.page, () => owner.press(w("glass-seal")));
      await owner.heading(w("glass-code-title"));
      code = await owner.page.locator("ol.kit li").innerText();
      assert.match(code, /^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
      await owner.look("break-glass-code");
    });

    step("whoever has the code gets in, to what recovery needs and nothing else", async () => {
      await finder.open("/cannot-get-in");
      await finder.follow(w("cannot-answer-owners-gone"));
      await finder.follow(w("cannot-answer-break-glass"));
      await finder.follow(w("cannot-break-glass-button"));
      await finder.heading(w("glass-open-title"));
      await finder.fill(w("glass-code-field"), "0000-0000-0000-0000");
      await leadingOn(finder.page, () => finder.press(w("glass-open-button")));
      await finder.page.getByText(w("glass-code-wrong")).first().waitFor();
      await finder.fill(w("glass-code-field"), code.toLowerCase().replaceAll("-", " "));
      await leadingOn(finder.page, () => finder.press(w("glass-open-button")));
      await finder.page.getByText(w("glass-banner-title")).waitFor();
      await finder.open("/people/invite");
      await finder.heading(w("invite-title"));
      await finder.open("/settings/ways-back");
      await finder.heading(w("fault-forbidden-title"));
    });

    step("every owner is alarmed, and an owner closes it", async () => {
      await owner.open("/people");
      await owner.page.getByText(w("glass-banner-title")).waitFor();
      await owner.look("alarm");
      await owner.follow(w("glass-banner-link"));
      await owner.heading(w("ways-back-title"));
      await owner.follow(w("glass-go"));
      await owner.fill(w("kit-proof-password"), demo.administrators[0].password);
      await leadingOn(owner.page, () => owner.press(w("glass-close")));
      await owner.page.getByText(w("glass-closed-now")).waitFor();
      await finder.open("/people");
      await finder.heading(w("sign-in-title"));
      await mailWith(owner, "ALARM");
    });

    step("without a code the guide names the operator", async () => {
      await finder.open("/cannot-get-in/operator-restore");
      await finder.heading(w("cannot-operator-restore-title", OPERATOR));
      await finder.open("/restore/stop/" + "A".repeat(43));
      await finder.heading(w("restore-over-title"));
    });
  });
}

waysBack("ways back", { viewport: DESKTOP, language: "en", theme: "light" });
if (process.env.TILLIT_TAKE_PICTURES === "1") waysBack("ways back, in Norwegian", { viewport: DESKTOP, language: "nb", theme: "light" });

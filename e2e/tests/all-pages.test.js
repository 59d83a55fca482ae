// The second longest: see all-samples.test.js for the name.
// Every page that an administrator can open, at both widths, in both themes and languages.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { activated } from "../lib/activate.js";
import { DESKTOP, launch, PHONE, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";

const SIGNED_IN = [
  "/",
  "/people",
  "/people?role=employee&state=active&linked=no",
  "/people/invite",
  "/people/invitations",
  "/simulations",
  "/reports",
  "/guides",
  "/guides/single-sign-on-in-azure-ad",
  "/guides/if-you-cannot-get-in",
  "/settings",
  "/settings/security",
  "/settings/user-sync",
  "/settings/privacy",
  "/settings/add-in",
  "/settings/delivery",
  "/settings/domains",
  "/settings/domains/nordvik.example/remove",
  "/settings/ways-back",
  "/settings/ways-back/break-glass",
  "/settings/security/connection",
  "/settings/security/recovery-kit",
  "/settings/security/ledger",
  "/settings/security/sign-ins",
  "/settings/security/receipt",
  "/settings/security/turn-off",
  "/account",
  "/account/data",
  "/account/sessions",
  "/styleguide",
  "/demo/mail",
  "/no-such-page",
];
const SIGNED_OUT = ["/sign-in", "/sign-in/other", "/sign-in/recovery-code", "/o/nordvik/sign-in", "/cannot-get-in", "/cannot-get-in/operator-restore", "/break-glass", "/no-such-page"];

describe("every page", { concurrency: false }, () => {
  let demo, browser, signedIn;
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    const { owner } = await activated(browser, demo);
    signedIn = await owner.context.storageState();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  for (const viewport of [DESKTOP, PHONE]) {
    for (const theme of ["light", "dark"]) {
      for (const language of ["en", "nb"]) {
        test(`${viewport.width} px, ${theme}, ${language}`, async () => {
          for (const [paths, storageState] of [[SIGNED_IN, signedIn], [SIGNED_OUT, undefined]]) {
            const visitor = await Visitor.arrive(browser, demo, { viewport, theme, language, storageState });
            // The language that a person's account asks for gives way to the reader's own choice.
            await visitor.context.addCookies([{ name: "tillit_language", value: language, url: demo.portal }]);
            for (const path of paths) {
              await visitor.open(path);
              await visitor.page.locator("h1").first().waitFor();
              assert.equal(await visitor.page.locator("html").getAttribute("lang"), language, path);
              assert.doesNotMatch(await visitor.page.locator("body").innerText(), /⟦|\{\{/, `${path} has every message`);
              await visitor.look(path, { barriers: (viewport === DESKTOP) === (theme === "light") && language === (theme === "light" ? "en" : "nb") });
            }
            visitor.clean();
            await visitor.leave();
          }
        });
      }
    }
  }
});

// Single sign-on switched on the short way, for tests that begin where the guide ends.
import { Visitor } from "./browser.js";
import { chooseLanguage, makeRecoveryKit, openSecurity, signInLocally, signInWithMicrosoft } from "./portal.js";
import { leadingOn, signInAtMicrosoft } from "./practice.js";
import { say } from "./words.js";

const w = (key, values) => say("en", key, values);

/** Activates, tests, enforces and confirms. Returns the owner's signed-in visitor and the unused recovery codes. */
export async function activated(browser, demo, { createPeople = false } = {}) {
  const ingrid = demo.administrators[0];
  const window = await Visitor.arrive(browser, demo, { name: "owner" });
  await chooseLanguage(window);
  await signInLocally(window, ingrid);
  await openSecurity(window);
  await leadingOn(window.page, () => window.press(w("sso-activate")));
  await leadingOn(window.page, () => window.press(w("activate-continue")));
  await signInAtMicrosoft(window, ingrid, { consent: "organisation" });
  await window.fill(w("kit-proof-password"), ingrid.password);
  await leadingOn(window.page, () => window.press(w("proposal-accept")));
  const codes = await makeRecoveryKit(window, ingrid);
  await openSecurity(window);
  if (createPeople) {
    await window.page.getByLabel(w("policy-create")).check();
    await leadingOn(window.page, () => window.press(w("policy-save")));
    await openSecurity(window);
  }
  await leadingOn(window.page, () => window.press(w("step-test-next-button")));
  await signInAtMicrosoft(window, ingrid);
  await window.open("/settings/security/enforce");
  await leadingOn(window.page, () => window.press(w("enforce-button", { organisation: "Nordvik kommune" })));
  const owner = await Visitor.arrive(browser, demo, { name: "owner, confirming" });
  await chooseLanguage(owner);
  await signInWithMicrosoft(owner, ingrid);
  await openSecurity(owner);
  await owner.sees(w("stage-on"));
  await window.leave();
  return { owner, codes: codes.slice(1) };
}

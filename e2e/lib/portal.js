// What people do at the portal, by the words on the screen.
import { say } from "./words.js";
import { Visitor } from "./browser.js";
import { leadingOn, signInAtMicrosoft } from "./practice.js";

/** Chooses the visitor's language by the switch at the foot of a page; otherwise the account's own language decides. */
export async function chooseLanguage(visitor) {
  await visitor.open("/sign-in");
  await leadingOn(visitor.page, () => visitor.press(visitor.language === "nb" ? "Norsk" : "English"));
  await visitor.heading(say(visitor.language, "sign-in-title"));
}

/** How people of a test arrive: each is noted in `everybody` and chooses the language. `where()` has the browser, the demo, and how all of them look. */
export function arrivals(everybody, where) {
  return async (name, look) => {
    const { browser, demo, ...usual } = where();
    const visitor = await Visitor.arrive(browser, demo, { name, ...usual, ...look });
    everybody.push(visitor);
    await chooseLanguage(visitor);
    return visitor;
  };
}

/** Signs in with the portal's own password, by "Sign in another way". */
export async function signInLocally(visitor, person, password = person.password) {
  const w = (key) => say(visitor.language, key);
  await visitor.open("/sign-in");
  await visitor.heading(w("sign-in-title"));
  await visitor.follow(w("sign-in-other"));
  await visitor.heading(w("password-title"));
  await visitor.fill(w("sign-in-username"), person.username);
  await visitor.fill(w("password-password"), password);
  await leadingOn(visitor.page, () => visitor.press(w("password-sign-in")));
}

/** Types a username on the sign-in page and continues; ends wherever that leads. */
export async function typeUsername(visitor, username) {
  const w = (key) => say(visitor.language, key);
  await visitor.open("/sign-in");
  await visitor.heading(w("sign-in-title"));
  await visitor.fill(w("sign-in-username"), username);
  await leadingOn(visitor.page, () => visitor.press(w("sign-in-continue")));
}

/** Username, Continue, Microsoft, and back. Returns the names of Microsoft's pages that were met. */
export async function signInWithMicrosoft(visitor, person, options) {
  await typeUsername(visitor, person.username);
  return signInAtMicrosoft(visitor, person, options);
}

/** Opens Settings, SECURITY by clicking, as the guide says. */
export async function openSecurity(visitor) {
  const w = (key) => say(visitor.language, key);
  await visitor.open("/");
  await visitor.follow(w("nav-settings"));
  await visitor.follow(w("tab-security"));
  await visitor.heading(w("sso-title"));
}

/** The card whose heading has these words. */
export function card(visitor, words) {
  return visitor.page.locator("section.card").filter({ has: visitor.page.getByRole("heading", { name: words, exact: true }) });
}

/** Makes a recovery kit, for which the password is asked once more, and tries one of its codes. Returns the codes; the first is used up. */
export async function makeRecoveryKit(visitor, person) {
  const w = (key) => say(visitor.language, key);
  await visitor.open("/settings/security/recovery-kit");
  await visitor.heading(w("kit-title"));
  await visitor.fill(w("kit-proof-password"), person.password);
  await visitor.press(w("kit-make"));
  await visitor.heading(w("kit-codes-title"));
  const codes = await visitor.page.locator("ol.kit li").allInnerTexts();
  await visitor.page.locator("form[action$='/recovery-kit/try'] input[type=text]").fill(codes[0]);
  await leadingOn(visitor.page, () => visitor.press(w("kit-try")));
  return codes;
}

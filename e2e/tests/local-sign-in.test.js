// Signing in without single sign-on: an authenticator app whose codes are computed here, and passkeys of Chromium's virtual
// authenticator, on a desk and on a telephone.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe } from "node:test";
import { DESKTOP, launch, PHONE } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { arrivals, signInLocally } from "../lib/portal.js";
import { leadingOn } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

/** The code of this moment (RFC 6238), or of some steps later. */
function code(secret, later = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const tag = createHmac("sha1", key).update(counter).digest();
  const offset = tag.at(-1) & 0x0f;
  return String((tag.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Chromium's own authenticator, as if a telephone with a fingerprint were there. */
async function authenticator(visitor) {
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return { session, authenticatorId };
}

/** Puts the passkeys of one browser into the authenticator of another. */
async function carry(from, to) {
  const { credentials } = await from.session.send("WebAuthn.getCredentials", { authenticatorId: from.authenticatorId });
  for (const credential of credentials) await to.session.send("WebAuthn.addCredential", { authenticatorId: to.authenticatorId, credential });
  return credentials.length;
}

for (const [place, viewport, language, theme] of [["desk", DESKTOP, "en", "light"], ["telephone", PHONE, "nb", "dark"]]) {
  const w = (key, values) => say(language, key, values);

  describe(`local sign-in, ${place}`, { concurrency: false }, () => {
    let demo, browser, owner, ingrid, secret, recovery, keys;
    const everybody = [];
    const step = steps({ everybody: () => everybody, demo: () => demo });
    const arrive = arrivals(everybody, () => ({ browser, demo, viewport, language, theme }));

    before(async () => {
      demo = await Demo.start();
      browser = await launch();
      ingrid = demo.administrators[0];
      owner = await arrive("owner");
      keys = await authenticator(owner);
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    step("an app is set up by typing the code that it shows", async () => {
      await signInLocally(owner, ingrid);
      await owner.open("/account/sign-in");
      await owner.heading(w("ways-title"));
      await owner.follow(w("app-set-up"));
      await owner.heading(w("app-title"));
      await owner.fill(w("kit-proof-password"), ingrid.password);
      await leadingOn(owner.page, () => owner.press(w("app-begin")));
      await owner.heading(w("app-scan-title"));
      secret = (await owner.page.locator("#app-secret").innerText()).replace(/\s/g, "");
      assert.match(secret, /^[A-Z2-7]{32}$/);
      await owner.fill(w("app-code"), code(secret));
      await leadingOn(owner.page, () => owner.press(w("app-finish")));
      await owner.heading(w("own-codes-fresh"));
      recovery = await owner.page.locator(".kit li").allInnerTexts();
      assert.equal(recovery.length, 10);
    });

    step("signing in asks for the code, and the same code does not work twice", async () => {
      const visitor = await arrive("second browser");
      await signInLocally(visitor, ingrid);
      await visitor.heading(w("second-step-title"));
      await visitor.fill(w("second-step-code"), code(secret));
      await leadingOn(visitor.page, () => visitor.press(w("password-sign-in")));
      // The code of this half minute set the app up, unless the clock has moved on meanwhile.
      if (await visitor.page.getByText(w("second-step-wrong")).first().isVisible()) {
        await visitor.look("refused");
        await visitor.fill(w("second-step-code"), code(secret, 1));
        await leadingOn(visitor.page, () => visitor.press(w("password-sign-in")));
      }
      await visitor.open("/account/sessions");
      await visitor.heading(w("sessions-title"));
      await visitor.sees(w("method-password-and-code"));
      await visitor.sees(w("session-from-here"));
    });

    step("a recovery code helps when the telephone is lost", async () => {
      const visitor = await arrive("without a telephone");
      await signInLocally(visitor, ingrid);
      await visitor.heading(w("second-step-title"));
      await visitor.fill(w("second-step-code"), recovery[0]);
      await leadingOn(visitor.page, () => visitor.press(w("password-sign-in")));
      await visitor.open("/account/sign-in");
      await visitor.sees(/\b9 /); // of ten codes
    });

    step("a passkey is made after an own proof, and signs in without a username", async () => {
      await owner.open("/account/sign-in");
      await owner.follow(w("passkey-add"));
      await owner.heading(w("passkey-add"));
      // Beside an app the password is not offered: it alone is not enough.
      assert.equal(await owner.page.getByLabel(w("kit-proof-password"), { exact: true }).count(), 0);
      await owner.fill(w("proof-app-alone"), recovery[1]);
      await leadingOn(owner.page, () => owner.press(w("passkey-begin")));
      await owner.heading(w("passkey-make-title"));
      await leadingOn(owner.page, () => owner.press(w("passkey-make")));
      await owner.sees(w("passkey-added"));
      await owner.heading(w("ways-title"));
      const visitor = await arrive("with the passkey");
      const there = await authenticator(visitor);
      assert.equal(await carry(keys, there), 1);
      await visitor.open("/sign-in/other");
      // The browser offers it by itself (and this authenticator says yes): nothing is typed, nothing pressed.
      await visitor.page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      await visitor.open("/account/sessions");
      await visitor.sees(w("method-passkey"));
    });

    step("without scripts the button says what it needs, and the password works", async () => {
      const visitor = await arrive("without scripts", { javascript: false });
      await visitor.open("/sign-in/other");
      // The text stands in a noscript element, which searches for text pass over.
      const says = async () => assert.ok((await visitor.page.locator("body").innerText()).includes(w("passkey-needs-script")));
      await says();
      await visitor.press(w("passkey-sign-in"));
      await visitor.page.waitForLoadState();
      await says();
      await visitor.fill(w("sign-in-username"), ingrid.username);
      await visitor.fill(w("password-password"), ingrid.password);
      await visitor.press(w("password-sign-in"));
      await visitor.heading(w("second-step-title"));
    });

    step("the passkey is removed, and the mails say what happened", async () => {
      await owner.open("/account/sign-in");
      await owner.page.getByRole("link", { name: new RegExp(`^${w("passkey-remove-named", { name: "" }).trim()}`) }).first().click();
      await owner.page.locator(".will").waitFor();
      await owner.fill(w("proof-app"), recovery[2]);
      await leadingOn(owner.page, () => owner.press(w("passkey-remove")));
      await owner.sees(w("passkey-removed"));
      const mails = owner.page.locator("article");
      await owner.open("/demo/mail");
      // Sent in the background.
      for (let i = 0; i < 100 && (await mails.count()) < 4; i += 1) {
        await owner.page.waitForTimeout(200);
        await owner.open("/demo/mail");
      }
      assert.ok((await mails.count()) >= 4, "an app, a code, a passkey, its end, new browsers");
    });

    step("nobody met an error, a third party, a barrier or a page wider than the screen", () => {
      assert.deepEqual(everybody.flatMap((visitor) => visitor.problems), []);
    });
  });
}

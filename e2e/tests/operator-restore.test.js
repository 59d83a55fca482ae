// The operator's restore from the command to the new owner, with what the demo has: its configuration, its name server, its
// mailbox, and 72 hours that pass at once.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { launch, PHONE, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { mailWith } from "../lib/mailbox.js";
import { chooseLanguage, signInLocally } from "../lib/portal.js";
import { leadingOn, letTimePass, setRecord } from "../lib/practice.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

const w = (key, values) => say("en", key, values);
const CONTACT = "chair@elsewhere.example", NEW_OWNER = "new.owner@nordvik.example";

describe("the operator's restore in the demo", { concurrency: false }, () => {
  let demo, browser, owner, contact, newcomer, registrar, code;
  const step = steps({ everybody: () => [owner, contact, newcomer, registrar].filter(Boolean), demo: () => demo });
  const restore = (command, ...more) => demo.done("restore-access", command, "--organisation", "Nordvik kommune", ...more);
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    owner = await Visitor.arrive(browser, demo, { name: "owner" });
    contact = await Visitor.arrive(browser, demo, { name: "contact", viewport: PHONE });
    newcomer = await Visitor.arrive(browser, demo, { name: "new owner" });
    registrar = await Visitor.arrive(browser, demo, { name: "registrar, dark", theme: "dark", viewport: PHONE });
    for (const visitor of [owner, contact, newcomer]) await chooseLanguage(visitor);
    await signInLocally(owner, demo.administrators[0]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  step("without a contact nobody can be let back in", async () => {
    const refused = await demo.command("restore-access", "start", "--organisation", "nordvik", "--domain", "nordvik.example", "--contact", CONTACT, "--owner", NEW_OWNER);
    assert.notEqual(refused.status, 0);
    await owner.open("/settings/ways-back");
    await owner.fill(w("way-back-contact-field"), CONTACT);
    await owner.fill(w("kit-proof-password"), demo.administrators[0].password);
    await leadingOn(owner.page, () => owner.press(w("way-back-contact-save")));
    await owner.sees(w("way-back-contact-saved"));
  });

  step("the operator begins it, and the record that it prints is set at the registrar", async () => {
    const said = await restore("start", "--domain", "nordvik.example", "--contact", CONTACT, "--owner", NEW_OWNER);
    const [, name, text] = said.match(/(\S+) {2}TXT {2}"([^"]+)"/);
    assert.equal(name, "_tillit-restore.nordvik.example");
    assert.match(await restore("check"), /The record is not there yet/);
    await setRecord(registrar, name, text);
    assert.match(await restore("check"), /The record is there, and counts/);
  });

  step("the contact agrees by the mailed link and gets the code", async () => {
    const mail = await mailWith(owner, CONTACT, "/restore/agree/");
    await contact.open(mail.match(/http\S+\/restore\/agree\/\S+/)[0]);
    await contact.heading(w("restore-agree-title", { named: NEW_OWNER }));
    await leadingOn(contact.page, () => contact.press(w("restore-agree-button")));
    await contact.heading(w("restore-code-title", { named: NEW_OWNER }));
    code = await contact.page.locator("p.figure").innerText();
    assert.match(await restore("status"), /Owners can stop it until/);
    await owner.open("/settings/ways-back");
    await owner.sees(w("way-back-restore-waiting"));
    await mailWith(owner, demo.administrators[0].username, "/restore/stop/");
  });

  step("72 hours pass, also for the operator's commands", async () => {
    await letTimePass(registrar, "72 hours");
    assert.match(await restore("status"), /Open until/);
  });

  step("whoever was named comes in with the mailed link and the contact's code, and is an owner", async () => {
    await signInLocally(owner, demo.administrators[0]);
    const mail = await mailWith(owner, NEW_OWNER, "/restore/come-in/");
    await newcomer.open(mail.match(/http\S+\/restore\/come-in\/\S+/)[0]);
    await newcomer.fill(w("restore-code-field"), code);
    await leadingOn(newcomer.page, () => newcomer.press(w("restore-come-in-button")));
    await newcomer.heading(w("link-recover-title"));
    await newcomer.fill(w("link-password"), "seven quiet fjords at dawn");
    await newcomer.fill(w("link-again"), "seven quiet fjords at dawn");
    await leadingOn(newcomer.page, () => newcomer.press(w("link-save")));
    await newcomer.open("/account");
    await newcomer.sees(w("role-owner"));
    assert.match(await restore("status"), /It is over\.[^]*came in/);
    assert.match(await demo.done("audit", "verify", "--organisation", "nordvik"), /The log is whole\./);
  });

  step("nobody met an error, a third party, a barrier or a page wider than the screen", async () => [owner, contact, newcomer, registrar].forEach((visitor) => visitor.clean()));
});

// What stands around the demo's portal: a name server that proves a domain, a receiver for the webhook; and what waits in the
// portal for somebody to answer it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DESKTOP, launch, PHONE, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { mailWith } from "../lib/mailbox.js";
import { chooseLanguage, signInLocally } from "../lib/portal.js";
import { leadingOn, setRecord } from "../lib/practice.js";
import { say } from "../lib/words.js";

const w = (key, values) => say("en", key, values);

describe("what stands around the demo's portal", { concurrency: false }, () => {
  let demo, browser, owner, elsewhere;
  const named = (start) => demo.administrators.find(({ username }) => username.startsWith(start));
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    owner = await Visitor.arrive(browser, demo, { name: "owner" });
    elsewhere = await Visitor.arrive(browser, demo, { name: "at the practice tenant", viewport: PHONE });
    await chooseLanguage(owner);
    await signInLocally(owner, demo.administrators[0]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it("a domain is the organisation's once the record that the portal shows stands in DNS", async () => {
    await owner.open("/settings/domains");
    await owner.fill(w("domain-field"), "nordvik-skole.example");
    await leadingOn(owner.page, () => owner.press(w("domain-show-record")));
    const [name, text] = await owner.page.locator("pre").allInnerTexts();
    await leadingOn(owner.page, () => owner.press(w("domain-check")));
    await owner.sees(w("domain-not-there", { domain: "nordvik-skole.example" }));
    await owner.look("not there");
    assert.equal(await owner.link(w("demo-dns-page")).getAttribute("href"), `${demo.practice}/dns`);
    await setRecord(elsewhere, name.trim(), text.trim());
    await leadingOn(owner.page, () => owner.press(w("domain-check")));
    await owner.sees(w("domain-added", { domain: "nordvik-skole.example" }));
    await owner.open("/settings/general");
    await owner.sees("nordvik-skole.example");
    owner.clean();
    elsewhere.clean();
  });

  it("a webhook arrives at the practice receiver with a signature that fits, and nowhere else on this machine", async () => {
    await elsewhere.open(`${demo.practice}/webhooks`);
    await elsewhere.heading("Webhook receiver");
    const address = await elsewhere.page.locator("code").first().innerText();
    const set = async (to) => {
      await owner.open("/settings/audit/webhook");
      await owner.fill(w("audit-hook-address"), to);
      const proof = owner.page.getByLabel(w("kit-proof-password"), { exact: true });
      if (await proof.count()) await proof.fill(demo.administrators[0].password);
      await leadingOn(owner.page, () => owner.press(w("audit-hook-set")));
    };
    for (const other of [`${demo.practice}/faults`, `${address}?x`, `${address}/`, `${demo.portal}/`]) {
      await set(other);
      await owner.sees(w("audit-hook-no-address"));
    }
    await owner.look("refused");
    await set(address);
    await owner.sees(w("audit-hook-secret-once"));
    const secret = await owner.page.locator("#webhook-secret").innerText();
    await owner.press(w("audit-hook-try"));
    await owner.sees(w("audit-hook-tried"));
    // What is sent in the background: within a minute for rows, and ten seconds later once more if it was refused.
    const until = async (visitor, address, words) => {
      for (let i = 0; i < 300 && (await visitor.page.getByText(words).count()) === 0; i += 1) {
        await visitor.page.waitForTimeout(300);
        await visitor.open(address);
      }
      await visitor.sees(words);
    };
    await until(elsewhere, `${demo.practice}/webhooks`, "A test, without rows");
    await elsewhere.sees(/was not checked/);
    await elsewhere.fill("Secret", "0".repeat(64));
    await leadingOn(elsewhere.page, () => elsewhere.press("Tell the receiver"));
    await elsewhere.sees("✗ The signature does not fit");
    await elsewhere.look("with a wrong secret");
    await elsewhere.fill("Secret", secret.trim());
    await leadingOn(elsewhere.page, () => elsewhere.press("Tell the receiver"));
    await elsewhere.sees("✓ The signature fits");
    await until(elsewhere, `${demo.practice}/webhooks`, "audit.webhook_set");
    await elsewhere.look("with rows");
    // Rows that came while the receiver had the wrong secret were refused, and come again.
    await until(owner, "/settings/audit/webhook", w("audit-hook-taken", { status: "204" }));
    owner.clean();
    elsewhere.clean();
  });

  it("what waits is there: a request to be forgotten, an invitation, a token that ends soon", async () => {
    const officer = await Visitor.arrive(browser, demo, { name: "privacy officer" });
    await chooseLanguage(officer);
    await signInLocally(officer, named("aisha."));
    await officer.open("/settings/privacy/requests");
    await officer.heading(w("requests-title"));
    await leadingOn(officer.page, () => officer.follow("Jonas Vik"));
    await officer.sees("I was a temp in the summer and do not work here any more.");
    await officer.look();
    officer.clean();
    await officer.leave();
    await owner.open("/people/invitations");
    await owner.sees("berit.aas@nordvik-revisjon.example");
    await owner.look();
    const mail = await mailWith(owner, "berit.aas@nordvik-revisjon.example", "/invitation/");
    assert.ok(mail.includes(`${demo.portal}/invitation/`), mail);
    await owner.open("/settings/services");
    await owner.page.getByRole("row").filter({ hasText: "Personnel system" }).getByText(w("service-ends", { date: "" }).trim()).waitFor();
    await mailWith(owner, demo.administrators[0].username, "Personnel system");
    owner.clean();
  });

  it("every page of it fits a phone and a desktop, light and dark, and so do the portal's pages that lead there", async () => {
    const storageState = await owner.context.storageState();
    for (const viewport of [DESKTOP, PHONE]) {
      for (const [theme, language] of [["light", "en"], ["dark", "nb"]]) {
        const visitor = await Visitor.arrive(browser, demo, { name: `${viewport.width} ${theme}`, viewport, theme, language, storageState });
        await visitor.context.addCookies([{ name: "tillit_language", value: language, url: demo.portal }]);
        for (const page of ["", "/dns", "/webhooks", "/time"]) {
          await visitor.open(`${demo.practice}${page}`);
          await visitor.look();
        }
        for (const page of ["/demo/mail", "/settings/audit/webhook", "/settings/privacy/requests", "/people/invitations", "/settings/services"]) {
          await visitor.open(page);
          await visitor.look();
        }
        await visitor.open("/settings/domains");
        await visitor.fill(say(language, "domain-field"), "nordvik-bibliotek.example");
        await leadingOn(visitor.page, () => visitor.press(say(language, "domain-show-record")));
        await visitor.look("record");
        visitor.clean();
        await visitor.leave();
      }
    }
  });
});

// Microsoft's pages, as the practice tenant shows them. The words are Microsoft's, in English.

/** What may come next at the practice tenant, or the portal again. */
function parts(page) {
  return {
    email: page.getByLabel("Email, phone, or Skype"),
    password: page.getByLabel("Password", { exact: true }),
    pick: page.getByRole("heading", { name: "Pick an account" }),
    accept: page.getByRole("button", { name: "Accept", exact: true }),
    // Microsoft's own pages that end it: "Need admin approval", "Sorry, but we're having trouble …"
    problem: page.getByRole("button", { name: "Return to the application without granting consent" }).or(page.getByRole("heading", { name: /having trouble/ })),
    portal: page.locator("html[data-now]"),
  };
}

async function next(page) {
  const all = parts(page);
  const any = Object.values(all).reduce((either, part) => either.or(part));
  await any.first().waitFor({ state: "attached" });
  for (const [name, part] of Object.entries(all)) {
    if ((await part.count()) > 0) return name;
  }
  throw new Error("unreachable");
}

/** Does something that leads to another page, and waits until that page is there. */
export async function leadingOn(page, action) {
  const there = page.waitForEvent("domcontentloaded");
  await action();
  await there;
}

/**
 * Goes through Microsoft's pages as this person, until the portal (or a page that ends it) is there.
 * consent: "accept", "cancel", or "organisation" (accept for everybody). Returns the names of the pages that were met.
 * met(name) is called on each page before it is answered.
 */
export async function signInAtMicrosoft(visitor, person, { consent = "accept", met = async () => {} } = {}) {
  const { page } = visitor;
  const names = [];
  while (names.length < 8) {
    const name = await next(page);
    names.push(name);
    if (name === "portal") return names;
    await visitor.look();
    await met(name);
    if (name === "problem") return names;
    await leadingOn(page, async () => {
      if (name === "email") {
        await parts(page).email.fill(person.username);
        await visitor.press("Next");
      } else if (name === "password" && (await page.getByText(person.username, { exact: true }).count()) === 0) {
        // The name that the portal sent along is somebody else's.
        await visitor.press("Use another account");
      } else if (name === "password") {
        await parts(page).password.fill(person.practice_password ?? person.password);
        await visitor.press("Sign in");
      } else if (name === "pick") {
        const known = visitor.button(person.username);
        await ((await known.count()) > 0 ? known.click() : visitor.press("Use another account"));
      } else {
        if (consent === "organisation") await page.getByLabel("Consent on behalf of your organization").check();
        await visitor.press(consent === "cancel" ? "Cancel" : "Accept");
      }
    });
  }
  throw new Error(`Microsoft's pages do not come to an end: ${names.join(", ")}`);
}

/** Turns a fault of the practice tenant on or off, by its panel. */
export async function fault(visitor, title, on) {
  await visitor.open(`${visitor.demo.practice}/faults`);
  await visitor.heading("Fault panel");
  const button = visitor.button(`Turn ${on ? "on" : "off"} ${title}`);
  await leadingOn(visitor.page, () => button.click());
  await visitor.button(`Turn ${on ? "off" : "on"} ${title}`).waitFor();
}

/** Sets a record at the practice name server, as at a registrar. */
export async function setRecord(visitor, name, text) {
  await visitor.open(`${visitor.demo.practice}/dns`);
  await visitor.heading("Name server");
  await visitor.fill("Name", name);
  await visitor.fill("Text (TXT)", text);
  await leadingOn(visitor.page, () => visitor.press("Add record"));
  await visitor.page.getByRole("definition").filter({ hasText: text }).waitFor();
  await visitor.look("with a record");
}

/** Lets time pass for the whole demo: the words of a button. */
export async function letTimePass(visitor, span) {
  await visitor.open(`${visitor.demo.practice}/time`);
  await visitor.heading("Clock");
  await leadingOn(visitor.page, () => visitor.press(`Let ${span} pass`));
  await visitor.sees(/ahead of this machine/);
  await visitor.look("ahead");
}

/** Opens the application's permissions in the admin centre, signed in as this administrator. */
export async function adminCentre(visitor, administrator) {
  await visitor.open(`${visitor.demo.practice}/admin`);
  const there = visitor.page.getByRole("heading", { name: "Admin centre" });
  for (let i = 0; i < 4 && (await there.count()) === 0; i += 1) {
    const all = parts(visitor.page);
    await there.or(all.email).or(all.password).or(all.pick).first().waitFor();
    if ((await there.count()) > 0) break;
    await visitor.look();
    await leadingOn(visitor.page, async () => {
      if ((await all.email.count()) > 0) {
        await all.email.fill(administrator.username);
        await visitor.press("Next");
      } else if ((await all.password.count()) > 0) {
        await all.password.fill(administrator.practice_password ?? administrator.password);
        await visitor.press("Sign in");
      } else {
        await visitor.press(administrator.username);
      }
    });
  }
  await visitor.heading("Admin centre");
  await visitor.follow("Enterprise applications");
  await visitor.heading("Enterprise applications");
  await visitor.follow("Tillit");
  await visitor.heading("Permissions");
}

// What the judges know of the practice tenant: names and passwords of the demo world, and the words on its pages.

import { createHash } from "node:crypto";

export const REDIRECT_URI = "http://localhost:8400/sso/callback";
export const SECRET = "practice~multi-tenant-secret";
export const PASSWORD = "Practice-2026";
export const DOMAIN = "nordvik.example";
export const EMPLOYEE = "kari.nordmann@nordvik.example";
export const ADMINISTRATOR = "ingrid.solberg@nordvik.example";

/** The practice world's ids follow from names: the first 16 bytes of their SHA-256 as a GUID of version 4. */
export function guid(name) {
  const bytes = createHash("sha256").update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const CLIENT_ID = guid("app Tillit");
export const TENANT_ID = guid("tenant Nordvik kommune");

/** Walks the pages from an authorisation address to the redirect; gives it and the pages that were seen. */
export async function signIn(browser, address, username = EMPLOYEE) {
  const seen = [];
  let page = await browser.open(address);
  for (let steps = 0; steps < 6 && !page.left; steps += 1) {
    const shows = (text) => page.html.includes(text);
    if (shows("Email, phone, or Skype")) {
      seen.push("username");
      page = await browser.press(page, "Next", { loginfmt: username });
    } else if (shows('name="passwd"')) {
      seen.push("password");
      page = await browser.press(page, "Sign in", { passwd: PASSWORD });
    } else if (shows(">Accept<")) {
      seen.push("consent");
      page = await browser.press(page, "Accept");
    } else if (shows(">Continue<")) {
      seen.push("form_post");
      page = await browser.press(page, "Continue");
    } else {
      break;
    }
  }
  if (!page.left) throw new Error(`stuck at ${page.address}: ${page.html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 400)}`);
  return { left: new URL(page.left), posted: page.posted, seen };
}

/** Sets the practice tenant's mischief; nothing means honesty. */
export async function misbehave(base, mischief = {}) {
  const response = await fetch(`${base}/mischief`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(mischief) });
  if (response.status !== 204) throw new Error(`mischief was refused: ${response.status} ${await response.text()}`);
}

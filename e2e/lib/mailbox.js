// The demo's mailbox.

/** The text of the newest mail that holds all of `parts`. Waits until it is there: mails are sent in the background. */
export async function mailWith(visitor, ...parts) {
  for (let i = 0; i < 100; i += 1) {
    await visitor.open("/demo/mail");
    let mails = visitor.page.locator("article");
    for (const part of parts) mails = mails.filter({ hasText: part });
    if ((await mails.count()) > 0) return mails.first().locator("pre").innerText();
    await visitor.page.waitForTimeout(200);
  }
  throw new Error(`no mail with ${parts.join(", ")}`);
}

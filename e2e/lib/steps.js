// Tests that build on one another: after a step that failed, the next ones say so instead of
// failing once more in their own words; and a failure tells what every visitor was looking at.
import { test } from "node:test";

/** What a visitor looks at, for the reader of a failure. */
async function seen(visitor) {
  const text = await visitor.page
    .locator("body")
    .innerText({ timeout: 2000 })
    .catch(() => "(the window is closed)");
  return `  ${visitor.name} at ${visitor.page.url().split("?")[0]}:\n    ${text.replace(/\s*\n\s*/g, " | ").slice(0, 900)}`;
}

/** `everybody()` lists the visitors; `demo()` the running demo. independent: a failure does not stop the next ones. */
export function steps({ everybody, demo, independent = false }) {
  let broken = null;
  return (title, run) =>
    test(title, async () => {
      if (broken !== null) throw new Error(`not tried, since "${broken}" failed`);
      try {
        await run();
      } catch (error) {
        if (!independent) broken = title;
        const sights = await Promise.all(everybody().map(seen));
        const said = demo()?.output.split("\n").slice(-12).join("\n    ");
        const where = /tests\/[\w-]+\.test\.js:\d+|walk\.js:\d+/.exec(error.stack ?? "")?.[0];
        const told = new Error(`${error.message.split("\n").slice(0, 12).join("\n")} (${where})\n${sights.join("\n")}\n  the demo said: ${said}`);
        told.stack = told.message;
        throw told;
      }
    });
}

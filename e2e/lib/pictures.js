// Pictures of the guides: taken on the way, light and dark. Written to guides/pictures only when
// asked for (TILLIT_TAKE_PICTURES=1), since they differ each time by an id or a clock.
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "./words.js";

const elsewhere = process.env.TILLIT_TAKE_PICTURES === "1" ? null : await mkdtemp(path.join(tmpdir(), "tillit-pictures-"));

/** Takes the picture `name` of an element, or of what the window shows. */
export async function picture(visitor, name, element = null) {
  const folder = elsewhere ?? path.join(root, "guides/pictures", visitor.language);
  await mkdir(folder, { recursive: true });
  for (const [theme, ending] of [["light", ""], ["dark", "-dark"]]) {
    await visitor.page.emulateMedia({ colorScheme: theme });
    const file = path.join(folder, `${name}${ending}.png`);
    await (element ? element.screenshot({ path: file }) : visitor.page.screenshot({ path: file }));
  }
  await visitor.page.emulateMedia({ colorScheme: visitor.theme });
}

/** Takes the picture of the README: what the window shows, light. */
export async function readmePicture(visitor) {
  await visitor.page.evaluate(() => window.scrollTo(0, 0));
  await visitor.page.screenshot({ path: path.join(elsewhere ?? path.join(root, "docs"), "portal.png") });
}

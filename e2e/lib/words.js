// The words on the screen, by which the tests find everything. English ones are promised to
// people and scripts; Norwegian ones are kept here so that the walk can be done in both.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Messages of a language by key; those with a choice (plurals) are left out. */
function messages(language) {
  const folder = path.join(root, "crates/portal/i18n", language);
  const found = {};
  for (const file of readdirSync(folder)) {
    for (const line of readFileSync(path.join(folder, file), "utf8").split("\n")) {
      const match = /^([a-z][a-z0-9-]*) = (.+)$/.exec(line);
      if (match) found[match[1]] = match[2].trim();
    }
  }
  return found;
}

/** Words promised in English. A page that stops using them breaks whoever relies on them. */
export const PROMISED = {
  username: "Username",
  continue: "Continue",
  settings: "Settings",
  activate: "Activate SSO",
  section: "Single sign-on",
  tabs: ["GENERAL", "SECURITY", "USER SYNC", "PRIVACY", "ADD-IN", "DELIVERY"],
  rail: ["Overview", "People", "Simulations", "Reports", "Guides"],
};

/** The message of this key in this language, its variables filled in; a missing message or variable is a failure. */
export function say(language, key, values = {}) {
  const text = (say[language] ??= messages(language))[key];
  if (text === undefined) throw new Error(`no simple message "${key}" in crates/portal/i18n/${language}`);
  return text.replace(/\{ \$([a-z]+) \}/g, (_, name) => {
    if (values[name] === undefined) throw new Error(`the message "${key}" wants "${name}"`);
    return values[name];
  });
}

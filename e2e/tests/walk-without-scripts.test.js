import { PHONE } from "../lib/browser.js";
import { walk } from "../lib/walk.js";

walk("the guide, on a phone, in English, dark, without scripts", {
  look: { viewport: PHONE, language: "en", theme: "dark", javascript: false },
  bySignInPage: true,
});

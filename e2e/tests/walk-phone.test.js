import { PHONE } from "../lib/browser.js";
import { walk } from "../lib/walk.js";

walk("the guide, on a phone, in Norwegian, dark", { look: { viewport: PHONE, language: "nb", theme: "dark" } });

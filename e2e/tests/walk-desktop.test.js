import { DESKTOP } from "../lib/browser.js";
import { walk } from "../lib/walk.js";

walk("the guide, on a desk, in English, light", { look: { viewport: DESKTOP, language: "en", theme: "light" }, pictures: true, bySignInPage: true });

// The Norwegian guide has pictures of its own; the walk behind them differs in nothing else.
if (process.env.TILLIT_TAKE_PICTURES === "1") {
  walk("the guide, on a desk, in Norwegian, light", { look: { viewport: DESKTOP, language: "nb", theme: "light" }, pictures: true });
}

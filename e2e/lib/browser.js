// A visitor with a browser window of their own, who notices what no visitor should meet:
// errors in the console, refused by the content security policy, loaded from somebody else,
// barriers that axe finds, a page that is wider than the screen.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
import { AxeBuilder } from "@axe-core/playwright";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/** Every rule of WCAG 2.2, levels A and AA, and axe's own best practices. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function launch() {
  // The profile is a new, empty folder each time; playwright removes it again.
  return chromium.launch({ executablePath: process.env.TILLIT_CHROMIUM || "/usr/bin/chromium", headless: true, args: FLAGS });
}

/** How a page is looked at. */
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

export class Visitor {
  static async arrive(browser, demo, { name = "visitor", viewport = DESKTOP, language = "en", theme = "light", javascript = true, storageState } = {}) {
    const visitor = new Visitor();
    Object.assign(visitor, { name, demo, language, theme, viewport, javascript, problems: [], seen: new Set() });
    visitor.context = await browser.newContext({
      viewport,
      locale: language === "nb" ? "nb-NO" : "en-GB",
      timezoneId: "Europe/Oslo",
      colorScheme: theme,
      reducedMotion: "reduce",
      javaScriptEnabled: javascript,
      hasTouch: viewport.width < 600,
      storageState,
    });
    visitor.context.setDefaultTimeout(20_000);
    visitor.page = await visitor.context.newPage();
    visitor.#watch();
    return visitor;
  }

  #watch() {
    const ours = new Set([this.demo.portal, this.demo.practice].map((url) => new URL(url).origin));
    this.context.on("request", (request) => {
      const url = new URL(request.url());
      if (["http:", "https:"].includes(url.protocol) && !ours.has(url.origin)) this.#problem(`asked a third party: ${request.url()}`);
    });
    this.context.on("response", (response) => {
      if (response.status() >= 400 && !response.request().isNavigationRequest()) {
        this.#problem(`${response.status()} for ${response.url()}`);
      }
      if (response.status() >= 500 && response.url().startsWith(this.demo.portal)) this.#problem(`${response.status()} for ${response.url()}`);
    });
    this.context.on("console", (message) => {
      // A refusal page has a status of 4xx, which Chromium also writes to the console.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) this.#problem(`console: ${message.text()}`);
    });
    this.context.on("weberror", (error) => this.#problem(`script: ${error.error().message}`));
  }

  #problem(text) {
    this.problems.push(`${this.name} at ${this.page.url()}: ${text}`);
  }

  /** Nothing was noticed that no visitor should meet. Call it at the end of a test. */
  clean() {
    assert.deepEqual(this.problems, []);
  }

  async leave() {
    await this.context.close();
  }

  async open(address) {
    await this.page.goto(address.startsWith("http") ? address : this.demo.portal + address);
  }

  /** A heading with these words is there. Waits for it; then looks at the whole page, each page once. */
  async heading(words) {
    await this.page.getByRole("heading", { name: words }).first().waitFor();
    await this.look();
  }

  /** These words are on the page. Waits for them. */
  async sees(words) {
    await this.page.getByText(words).filter({ visible: true }).first().waitFor();
  }

  async seesNot(words) {
    assert.equal(await this.page.getByText(words).filter({ visible: true }).count(), 0, `"${words}" is on ${this.page.url()}`);
  }

  button(words, scope = this.page) {
    return scope.getByRole("button", { name: words, exact: typeof words === "string" });
  }

  link(words, scope = this.page) {
    return scope.getByRole("link", { name: words, exact: typeof words === "string" });
  }

  async press(words, scope) {
    await this.button(words, scope).first().click();
  }

  async follow(words, scope) {
    await this.link(words, scope).first().click();
  }

  async fill(label, text) {
    await this.page.getByLabel(label, { exact: typeof label === "string" }).first().fill(text);
  }

  /** Whether the window shows this origin. */
  at(origin) {
    return this.page.url().startsWith(origin);
  }

  /** Looks at the page as it is now: barriers, width, screenshot. A page is looked at once per visitor and state. */
  async look(state = "", { barriers = true } = {}) {
    const url = new URL(this.page.url());
    const place = `${url.host === new URL(this.demo.practice).host ? "practice" : "portal"}${url.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{30,}|\w{3}_\w{20,}/g, "ID")}`;
    const title = await this.page.title();
    const key = `${place} ${title} ${state}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    await this.#screenshot(`${place} ${title} ${state}`);
    if (!this.javascript) return;
    const tooWide = await this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return null;
      const wide = [...document.querySelectorAll("body *")].find((element) => element.getBoundingClientRect().right > width + 1);
      return `${document.documentElement.scrollWidth} px, ${wide ? wide.outerHTML.slice(0, 120) : "?"}`;
    });
    if (tooWide) this.#problem(`"${title}" is wider than the screen: ${tooWide}`);
    if (!barriers) return;
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(RULES).analyze();
    for (const violation of violations) {
      const where = violation.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary?.split("\n").slice(1, 3).join("; ").trim()})`);
      this.#problem(`axe, ${violation.id} (${violation.impact}) on "${title}": ${violation.help}\n      ${where.join("\n      ")}`);
    }
  }

  async #screenshot(name) {
    const folder = process.env.TILLIT_SCREENSHOTS;
    if (!folder) return;
    await mkdir(folder, { recursive: true });
    const file = `${this.language}-${this.theme}-${this.viewport.width}${this.javascript ? "" : "-nojs"} ${name}`.replace(/[^\p{L}\p{N}.-]+/gu, "_").slice(0, 150);
    await this.page.screenshot({ path: path.join(folder, `${file}.png`), fullPage: true });
  }
}

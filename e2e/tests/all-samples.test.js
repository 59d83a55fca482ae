// The longest of all files: its name puts it first, so that two at a time end together.
// Every page of the portal in every state it has a sample for, without rooms behind it: barriers,
// width, missing words. What the walks cannot reach in one go is met here.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { DESKTOP, launch, PHONE, Visitor } from "../lib/browser.js";
import { freePorts } from "../lib/demo.js";

describe("every sample", { concurrency: false }, () => {
  let gallery, address, browser, names;
  before(async () => {
    // Built together with the tests, like every example of the workspace.
    const program = path.join(path.dirname(process.env.TILLIT_BIN), "examples/gallery");
    const port = await freePorts();
    address = `http://127.0.0.1:${port}`;
    gallery = spawn(program, [`127.0.0.1:${port}`], { stdio: "inherit" });
    const ended = new Promise((_, reject) => {
      gallery.once("error", reject);
      gallery.once("exit", () => reject(new Error(`${program} ended`)));
    });
    ended.catch(() => {});
    const ask = async () => {
      for (;;) {
        const answer = await fetch(`${address}/gallery`).catch(() => null);
        if (answer?.ok) return answer.json();
        await new Promise((again) => setTimeout(again, 50));
      }
    };
    names = await Promise.race([ask(), ended]);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    gallery?.kill();
  });

  // Colours are what a theme changes and layout what a width changes: two looks for barriers, all four for the rest.
  const looks = [
    [DESKTOP, "light", "en", true],
    [DESKTOP, "dark", "nb", false],
    [PHONE, "dark", "en", true],
    [PHONE, "light", "nb", false],
  ];
  for (const [viewport, theme, language, barriers] of looks) {
    test(`${viewport.width} px, ${theme}, ${language}`, async () => {
      assert.ok(names.length > 30, `${names}`);
      const visitor = await Visitor.arrive(browser, { portal: address, practice: "http://127.0.0.1:1" }, { viewport, theme, language });
      // One page sends its form by itself; there is nobody here who would answer.
      await visitor.context.addInitScript(() => { HTMLFormElement.prototype.requestSubmit = () => {}; });
      for (const name of names) {
        await visitor.open(`/gallery/${name}?lang=${language}&theme=${theme}`);
        assert.doesNotMatch(await visitor.page.locator("body").innerText(), /⟦|\{\{/, `${name} has every word`);
        await visitor.look(name, { barriers });
      }
      visitor.clean();
      await visitor.leave();
    });
  }
});

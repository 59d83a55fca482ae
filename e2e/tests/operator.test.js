// What whoever hosts an installation does on the host, beside a demo that runs and with the configuration that it wrote:
// the commands that the demo prints, a token, a backup into another folder, new keys, the log.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe } from "node:test";
import { promisify } from "node:util";
import { launch, Visitor } from "../lib/browser.js";
import { Demo } from "../lib/demo.js";
import { chooseLanguage, signInLocally } from "../lib/portal.js";
import { steps } from "../lib/steps.js";
import { say } from "../lib/words.js";

const run = promisify(execFile);
const w = (key, values) => say("en", key, values);

describe("the operator's commands on the running demo", { concurrency: false }, () => {
  let demo, browser, owner, elsewhere;
  const step = steps({ everybody: () => [owner].filter(Boolean), demo: () => demo });
  before(async () => {
    demo = await Demo.start();
    browser = await launch();
    owner = await Visitor.arrive(browser, demo, { name: "owner" });
    await chooseLanguage(owner);
    await signInLocally(owner, demo.administrators[0]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  step("the commands that the demo prints work as they stand there", async () => {
    assert.equal(demo.configuration, path.join(demo.folder, "tillit.toml"));
    const printed = demo.output.split("\n").filter((line) => line.endsWith(` --config ${demo.configuration}`) && line.startsWith("    "));
    assert.equal(printed.length, 3, demo.output);
    for (const line of printed) {
      const [program, ...given] = line.trim().split(" ");
      assert.equal(program, process.env.TILLIT_BIN);
      const { stdout } = await run(program, given);
      assert.ok(!stdout.includes("WRONG") && !stdout.includes("BROKEN"), stdout);
    }
    await demo.done("config", "check");
  });

  step("a token that is checked here shows its last use on the page", async () => {
    const token = (await demo.done("token", "create", "--organisation", "nordvik", "--scope", "reports", "--name", "Mail gateway")).split("\n")[0];
    const row = owner.page.getByRole("row").filter({ hasText: token.slice(0, 7) });
    await owner.open("/settings/services");
    await owner.follow("Mail gateway");
    await owner.heading("Mail gateway");
    await row.getByText(w("never"), { exact: true }).waitFor();
    const said = await demo.done("token", "check", { input: `${token}\n` });
    assert.match(said, /Nordvik kommune[^]*Mail gateway[^]*reports/);
    await owner.page.reload();
    await row.waitFor();
    assert.equal(await row.getByText(w("never"), { exact: true }).count(), 0);
    await owner.look("used");
  });

  step("a backup taken while people work is brought back into another folder, with its log whole", async () => {
    elsewhere = path.join(demo.folder, "elsewhere");
    const backup = path.join(demo.folder, "demo.age");
    await demo.done("backup", backup);
    assert.match(await demo.done("restore", backup, "--check", "--identity", path.join(demo.folder, "backup-identity")), /The backup is good/);
    // What the page about backups says to take along: configuration, master key, epochs; and the secret that the configuration names.
    await mkdir(elsewhere);
    for (const name of ["tillit.toml", "master.key", "epochs", "client-secret"]) await cp(path.join(demo.folder, name), path.join(elsewhere, name), { recursive: true });
    const there = { configuration: path.join(elsewhere, "tillit.toml") };
    const said = await demo.done("restore", backup, "--identity", path.join(demo.folder, "backup-identity"), there);
    assert.match(said, /The database is now what the backup holds/);
    assert.match(said, /tokens of service identities are revoked/);
    assert.match(await demo.done("audit", "verify", "--organisation", "nordvik", there), /The log is whole\./);
    assert.match(await demo.done("organisation", "show", "--organisation", "nordvik", there), /nordvik\.example/);
    // Here nothing was brought back.
    assert.doesNotMatch(await demo.done("doctor"), /was never run here/);
    const refused = await demo.command("restore", backup, "--identity", path.join(demo.folder, "backup-identity"));
    assert.notEqual(refused.status, 0, "a database that is served is not replaced");
  });

  step("all keys are replaced while people work, and everything still opens", async () => {
    const before = await readFile(path.join(demo.folder, "master.key"), "utf8");
    assert.match(await demo.done("keys", "rotate", "--master"), /under the current master key/);
    assert.notEqual(await readFile(path.join(demo.folder, "master.key"), "utf8"), before);
    assert.match(await demo.done("keys", "rotate", "--wait"), /every value is under a new key/);
    assert.match(await demo.done("keys", "status"), /Everything it wraps is under the key that wraps now/);
    await owner.open("/people");
    await owner.sees("Kari Nordmann");
  });

  step("the log is whole for the command and on the page, and has what was done on the host", async () => {
    assert.match(await demo.done("audit", "verify", "--organisation", "nordvik"), /The log is whole\./);
    assert.match(await demo.done("audit", "verify"), /The log is whole\./);
    await owner.open("/settings/audit/verify");
    await owner.press(w("audit-verify-button"));
    await owner.sees(/The log is whole/);
  });

  step("a recovery link leads to this demo, and the owner chooses a password", async () => {
    const said = await demo.done("recover", "--organisation", "nordvik", "--owner", demo.administrators[0].username);
    const link = said.split("\n").find((line) => line.startsWith(`${demo.portal}/recover/`));
    assert.ok(link, said);
    const visitor = await Visitor.arrive(browser, demo, { name: "locked out" });
    await chooseLanguage(visitor);
    await visitor.open(link);
    await visitor.heading(w("link-recover-title"));
    visitor.clean();
    await visitor.leave();
    owner.clean();
  });
});

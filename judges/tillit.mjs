// Judge: Tillit, the program itself, signs in at npm oidc-provider (certified), from an empty database to a colleague inside.
//
//   node judges/tillit.mjs BASE_URL      on SQLite; with JUDGE_DATABASE=postgres on PostgreSQL (TILLIT_TEST_POSTGRES)
// BASE_URL: the practice tenant: the only cloud of this installation, so that nothing leaves the machine

import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Browser, seen } from "./lib/browser.mjs";
import { Stopped, anyFailed, baseUrl, check, equal, finish, present, step } from "./lib/checks.mjs";
import { Installation, freePort } from "./lib/installation.mjs";
import { Postgres } from "./lib/postgres.mjs";
import { start, stop, stopAll } from "./lib/start.mjs";

const ORGANISATION = "Fylke kommune";
const OWNER = "ola.berg@fylke.example";
const COLLEAGUE = "ada.moe@fylke.example";
const [CLIENT_ID, CLIENT_SECRET, AT_PROVIDER] = ["tillit", "oidc-provider-secret-of-the-judges", "Practice-2026"];
const FIRST_PASSWORD = "a lighthouse keeper counts ships";
const SECOND_PASSWORD = "eleven herons above the harbour";
const STOPS_WITHIN = 10_000;

const practice = baseUrl();
const here = fileURLToPath(new URL(".", import.meta.url));

/** Holds if the page shows the text. */
function shows(page, words) {
  if (!seen(page.html).includes(words)) throw new Error(`"${words}" is not at ${page.address} (${page.status}): ${seen(page.html).slice(0, 600)}`);
  return page;
}
function matches(said, pattern) {
  if (!pattern.test(said)) throw new Error(`${pattern} does not match: ${said}`);
}
const text = (page) => seen(page.html);
const path = (page) => new URL(page.address).pathname;

const port = await freePort();
let installation;
await check("the program is there", () => { installation = new Installation(port); });
if (!installation) finish();
const { url: portal } = installation;
let postgres;
if (process.env.JUDGE_DATABASE === "postgres") {
  await check("PostgreSQL gives a database", async () => { postgres = await Postgres.create(process.env.TILLIT_TEST_POSTGRES); });
  if (!postgres) finish();
}
// Unlike Microsoft and the practice tenant, many providers take a secret in the header only.
const provider = await start(process.execPath, [join(here, "oidc-provider.mjs"), "0", `${portal}/sso/callback`, "client_secret_basic"]);
const issuer = `http://127.0.0.1:${provider.match[1]}`;
const written = (issuers) => `[server]
listen = "127.0.0.1:${port}"
public_url = "${portal}"

[database]
url = "${postgres?.url ?? "sqlite:tillit.db"}"

[keys]
file = "master.key"

[oidc]
allowed_issuers = ${JSON.stringify(issuers)}

[microsoft]
cloud = "custom"
login_url = "${practice}"
graph_url = "${practice}/graph"
`;
const config = installation.file("tillit.toml", written([issuer]));

/** A browser whose reader chose English: people of the provider have languages of their own. */
async function newBrowser() {
  const browser = new Browser();
  await browser.press(await browser.open(`${portal}/sign-in`), "English");
  return browser;
}
/** From the sign-in page to wherever the username leads. */
async function typeUsername(browser, username) {
  return browser.press(await browser.open(`${portal}/sign-in`), "Continue", { username });
}
/** Through the provider's pages back to the portal. */
async function atProvider(browser, page, login, answer = "Allow") {
  if (page.address.startsWith(`${issuer}/interaction/`) && /name="password"/.test(page.html)) page = await browser.press(page, "Sign in", { login, password: AT_PROVIDER });
  if (page.address.startsWith(`${issuer}/interaction/`)) page = await browser.press(page, answer);
  if (!page.address.startsWith(portal)) throw new Error(`stuck at the provider: ${page.address}: ${seen(page.html).slice(0, 300)}`);
  return page;
}
/** The whole way in through the provider, in a new browser. */
async function signIn(username, browser) {
  browser ??= await newBrowser();
  const page = await typeUsername(browser, username);
  if (!page.address.startsWith(issuer)) throw new Error(`${username} is not led to the provider but to ${page.address}: ${text(page).slice(0, 300)}`);
  return { browser, page: await atProvider(browser, page, username) };
}
/** The local form, in a new browser. */
async function signInLocally(username, password) {
  const browser = await newBrowser();
  const page = await browser.follow(await browser.open(`${portal}/sign-in`), "Sign in another way");
  return { browser, page: await browser.press(page, "Sign in", { username, password }) };
}
const security = (browser) => browser.open(`${portal}/settings/security`);

async function commands() {
  await check("wrong usage ends with status 2", async () => {
    equal((await installation.command("srve")).status, 2, "status of an unknown command");
    equal((await installation.command("init", "--config", config)).status, 2, "status without what must be given");
  });
  await check("config check likes the configuration", async () => {
    const { status, err } = await installation.command("config", "check", "--config", config);
    equal(status, 0, `status (${err})`);
  });
  const broken = [
    ["an unknown key", "[server]\npublic_url = \"https://portal.fylke.example\"\nlissten = \"127.0.0.1:1\"\n", /line 3: .*server\.lissten.*did you mean "server\.listen"/],
    ["a bad value", "[server]\nlisten = \"somewhere\"\npublic_url = \"https://portal.fylke.example\"\n", /line 2: server\.listen .*allowed: /],
    ["plain http", "[server]\n\npublic_url = \"http://portal.fylke.example\"\n", /line 3: server\.public_url .*https/],
    ["what is no TOML", "[server\n", /line 1: /],
    ["a missing key", "[server]\npublic_url = \"https://portal.fylke.example\"\n", /database\.url is missing/],
  ];
  for (const [name, text, says] of broken) {
    await check(`config check refuses ${name} with status 1 and says where`, async () => {
      const { status, err } = await installation.command("config", "check", "--config", installation.file("broken.toml", text));
      equal(status, 1, "status");
      matches(err, says);
      equal(err.trim().split("\n").length, 1, `lines of "${err}"`);
    });
  }
  const link = await step("init makes the organisation and prints one set-up link", async () => {
    const { status, out, err } = await installation.command("init", "--config", config, "--organisation", ORGANISATION, "--domain", "fylke.example", "--owner", OWNER);
    equal(status, 0, `status (${err})`);
    return present(out.match(new RegExp(`^${portal}/set-up/\\S+$`, "m"))?.[0], `link in ${JSON.stringify(out)}`);
  });
  await check("init refuses a database that has an organisation", async () => {
    const { status } = await installation.command("init", "--config", config, "--organisation", "Other", "--domain", "other.example", "--owner", "x@other.example");
    equal(status, 1, "status");
  });
  await check("doctor finds the provider, the cloud and the database fine", async () => {
    const { status, out, err } = await installation.command("doctor", "--config", config);
    equal(status, 0, `status (${out}${err})`);
    const fine = out.split("\n").filter((line) => line.startsWith("fine "));
    for (const text of [`${issuer} answers`, `${practice}/organizations/v2.0 answers`, "master key", `${portal}/sso/callback`]) {
      if (!fine.some((line) => line.includes(text))) throw new Error(`no fine line with "${text}" in:\n${out}`);
    }
  });
  await check("doctor names a provider that does not answer, with status 1", async () => {
    const gone = `http://127.0.0.1:${await freePort()}`;
    const { status, out } = await installation.command("doctor", "--config", installation.file("gone.toml", written([issuer, gone])));
    equal(status, 1, "status");
    matches(out, new RegExp(`^WRONG  ${gone} does not answer`, "m"));
  });
  return link;
}

/** From the set-up link to an owner at work with a local password. */
async function firstOwner(link) {
  const browser = await newBrowser();
  await step("the set-up link takes a password, and signs in", async () => {
    const page = await browser.open(link);
    const weak = await browser.press(page, "Save the password and sign in", { password: "short", again: "short" });
    equal(weak.status, 422, "status of a short password");
    shows(weak, "Use at least 12 characters");
    const inside = await browser.press(page, "Save the password and sign in", { password: FIRST_PASSWORD, again: FIRST_PASSWORD });
    equal(path(inside), "/", "path");
    shows(inside, "Settings");
  });
  await check("the set-up link works once", async () => shows(await new Browser().open(link), "This link no longer works"));
  await check("the owner signs in with the password, a wrong one is refused", async () => {
    const local = await typeUsername(new Browser(), OWNER);
    shows(local, "Sign in with a password");
    equal((await signInLocally(OWNER, "not this one at all")).page.status, 422, "status of a wrong password");
    const { page } = await signInLocally(OWNER, FIRST_PASSWORD);
    equal(path(page), "/", "path");
  });
  return browser;
}

async function activate(browser) {
  await step("Activate SSO leads to the choice of a connection", async () => {
    const page = await browser.press(await security(browser), "Activate SSO");
    equal(path(page), "/settings/security/connection", "path");
  });
  const openid = (more) => ({ kind: "openid", issuer, openid_client_id: CLIENT_ID, ...more });
  await check("an issuer that the operator has not allowed is refused at its field", async () => {
    const page = await browser.open(`${portal}/settings/security/connection`);
    const refused = await browser.press(page, "Save the connection", openid({ issuer: "https://login.evil.example" }));
    equal(refused.status, 422, "status");
    shows(refused, "The operator of this installation has not allowed this issuer");
  });
  await step("the connection and its secret are saved", async () => {
    const saved = await browser.press(await browser.open(`${portal}/settings/security/connection`), "Save the connection", openid());
    equal(saved.status, 200, `status (${seen(saved.html).slice(0, 300)})`);
    const connection = await browser.open(`${portal}/settings/security/connection`);
    shows(await browser.press(connection, "Save the secret", { secret: CLIENT_SECRET }), "The credential was saved");
  });
  await check("consent denied comes back to a page that says so, and nothing has changed", async () => {
    const away = await browser.press(await browser.open(`${portal}/settings/security/activate`), "Continue to the provider");
    const page = await atProvider(browser, away, OWNER, "Deny");
    equal(path(page), "/sso/callback", "path");
    equal(page.status, 403, "status");
    shows(page, "What to do");
    shows(await browser.open(`${portal}/settings/security/activate`), "Continue to the provider");
  });
  const proposal = await step("the provider's login and consent come back with a proposal", async () => {
    const before = await browser.open(`${portal}/settings/security/activate`);
    const away = await browser.press(before, "Continue to the provider");
    if (!away.address.startsWith(issuer)) throw new Error(`not at the provider but at ${away.address}: ${seen(away.html).slice(0, 400)}`);
    const page = await atProvider(browser, away, OWNER);
    matches(path(page), /^\/settings\/security\/proposal\//);
    for (const text of ["person-0001", "Ola Berg", OWNER]) shows(page, text);
    return page;
  });
  await step("nothing is linked before the owner says yes; then it is", async () => {
    shows(await browser.press(proposal, "Accept and link", { password: FIRST_PASSWORD }), "your account is linked");
    const again = await new Browser().open(proposal.address);
    equal(path(again), "/sign-in", "where a stranger who opens the proposal is led");
  });
  const codes = await step("the recovery kit shows ten codes once, and one is tried", async () => {
    const page = await browser.open(`${portal}/settings/security/recovery-kit`);
    const kit = await browser.press(page, "Make the codes", { password: FIRST_PASSWORD });
    const codes = [...kit.html.matchAll(/<ol class="kit">([\s\S]*?)<\/ol>/g)].flatMap(([, list]) => [...list.matchAll(/<li>([^<]+)<\/li>/g)].map(([, code]) => code));
    equal(codes.length, 10, `codes at ${seen(kit.html).slice(0, 400)}`);
    shows(await browser.press(kit, "Try this code", { code: codes[0] }), "The code works");
    return codes;
  });
  await check("enforcing is not offered before a test", async () => {
    const page = await browser.open(`${portal}/settings/security/enforce`);
    if (/Enforce for/.test(seen(page.html))) throw new Error("the button is there");
  });
  await step("the test sign-in passes", async () => {
    shows(await atProvider(browser, await browser.press(await security(browser), "Test the sign-in"), OWNER), "The test passed");
  });
  await step("enforcing starts the countdown and leaves this session only the way back", async () => {
    const page = await browser.open(`${portal}/settings/security/enforce`);
    shows(await browser.press(page, `Enforce for ${ORGANISATION}`), "Single sign-on is enforced");
    equal((await browser.open(`${portal}/people`)).status, 403, "status of another page");
  });
  return codes;
}

async function enforced() {
  const owner = await step("the owner signs in through the provider in a new browser, which confirms", async () => {
    const { browser, page } = await signIn(OWNER);
    equal(path(page), "/", "path");
    shows(page, "Confirmed: single sign-on stays on");
    const section = shows(await security(browser), "On since");
    for (const text of ["Signing keys", "Sign-in token"]) shows(section, text);
    return browser;
  });
  await check("a colleague is refused while nobody switched on creating people", async () => {
    const { page } = await signIn(COLLEAGUE);
    equal(page.status, 403, "status");
  });
  await check("what happens if the colleague signs in is said beforehand, before and after creating people is switched on", async () => {
    const ask = async () => text(await owner.press(await security(owner), "Tell me", { "what-if": COLLEAGUE }));
    matches(await ask(), /Is refused/);
    const saved = await owner.press(await security(owner), "Save who may come in", { create_people: "yes", cap: "10" });
    equal(saved.status, 200, `status (${text(saved).slice(0, 300)})`);
    matches(await ask(), /Is let in.*created as employee/);
  });
  await check("the colleague lands signed in, with the name from the provider, as employee", async () => {
    const { browser, page } = await signIn(COLLEAGUE);
    equal(path(page), "/", `path (${text(page).slice(0, 300)})`);
    shows(page, "Ada Moe");
    equal((await security(browser)).status, 403, "status of the settings for an employee");
    shows(await owner.open(`${portal}/people`), "Ada Moe");
  });
  await check("whoever chose no language reads the one that the provider knows", async () => {
    matches((await signIn(OWNER, new Browser())).page.html, /<html[^>]* lang="nb"/);
    matches((await signIn(COLLEAGUE, new Browser())).page.html, /<html[^>]* lang="en"/);
  });
  await check("the owner's right password is refused exactly as a wrong one", async () => {
    const [right, wrong] = [(await signInLocally(OWNER, FIRST_PASSWORD)).page, (await signInLocally(OWNER, "not this one at all")).page];
    equal(right.status, 422, "status");
    shows(right, "That username and password do not work here");
    equal(wrong.status, right.status, "status of the wrong password");
    // The time and the challenge for a passkey are new on every page, whoever asks.
    const lasting = (html) => html.replace(/ data-now="\d+"/, "").replace(/ data-challenge="[\w-]+"/, "");
    equal(lasting(wrong.html), lasting(right.html), "page of the wrong password");
  });
}
/** What the provider says later: still there, gone, signed out. */
async function afterwards() {
  /** Signs out at the provider, and gives the frames that it then shows. */
  const signOut = async (browser) => {
    await browser.press(await browser.open(`${issuer}/session/end`), "Sign out");
    const { html } = await browser.open(`${issuer}/frames`);
    return [...html.matchAll(/<iframe src="([^"]+)"/g)].map(([, address]) => address.replaceAll("&#38;", "&"));
  };
  const account = (browser) => browser.open(`${portal}/account`);
  await check("a sign-out at the provider ends, by its frame, that person's session and no other", async () => {
    const [{ browser: gone }, { browser: stays }] = [await signIn(COLLEAGUE), await signIn(COLLEAGUE)];
    const frames = await signOut(gone);
    equal(frames.length, 1, "frames");
    equal((await new Browser().open(frames[0].replace(/sid=[^&]+/, "sid=guessed"))).status, 200, "status for a guessed sid");
    equal(path(await account(gone)), "/account", "path after a guessed sid");
    equal((await new Browser().open(frames[0])).status, 200, "status of the frame");
    equal(path(await account(gone)), "/sign-in", "path after the frame");
    equal(path(await account(stays)), "/account", "path in the other browser");
  });
  // The clock of a real hour can be moved in PostgreSQL only; the tests of the crate do it on both.
  if (!postgres) return;
  await check("after an hour the next page goes through the provider, which asks nothing", async () => {
    const { browser } = await signIn(COLLEAGUE);
    await postgres.anHourLater();
    const page = await account(browser);
    equal(path(page), "/account", `path (${text(page).slice(0, 300)})`);
    if (!page.way.includes(`${issuer}/auth`)) throw new Error(`the provider was not asked: ${page.way.join(" ")}`);
    if (page.way.some((step) => step.includes("/interaction/"))) throw new Error(`somebody was asked: ${page.way.join(" ")}`);
    const next = await account(browser);
    equal(next.way.length, 1, "addresses of the page after that");
  });
  await check("whoever has signed out at the provider meanwhile is signed out here", async () => {
    const { browser } = await signIn(COLLEAGUE);
    await signOut(browser);
    await postgres.anHourLater();
    const page = await account(browser);
    equal(path(page), "/sign-in", `path (${text(page).slice(0, 300)})`);
    if (!page.way.includes(`${issuer}/auth`)) throw new Error(`the provider was not asked: ${page.way.join(" ")}`);
    equal(path(await account(browser)), "/sign-in", "path of the page after that");
  });
}
async function wayBack(codes) {
  await check("SIGTERM ends the server in time, even while half a request is open", async () => {
    const half = connect(port, "127.0.0.1");
    await once(half, "connect");
    half.on("error", () => {}).write("POST /sign-in HTTP/1.1\r\nHost: ");
    const { status, took } = await installation.stop();
    half.destroy();
    equal(status, 0, "status");
    if (took > STOPS_WITHIN) throw new Error(`took ${took} ms`);
  });
  await stop(provider.child);
  await check("started again while the provider is gone, it falls back to nothing by itself", async () => {
    await installation.serve(config);
    const page = await typeUsername(await newBrowser(), OWNER);
    equal(page.status, 403, `status (${text(page).slice(0, 300)})`);
    equal((await signInLocally(OWNER, FIRST_PASSWORD)).page.status, 422, "status of the right password");
  });
  await check("a recovery code lets the owner in, once", async () => {
    const use = async () => {
      const browser = await newBrowser();
      const page = await browser.open(`${portal}/sign-in/recovery-code`);
      return browser.press(page, "Sign in with this code", { username: OWNER, code: codes[1] });
    };
    equal(path(await use()), "/", "path");
    equal((await use()).status, 422, "status of the second time");
  });
  await check("recover refuses whoever is no owner, with status 1", async () => {
    equal((await installation.command("recover", "--config", config, "--organisation", ORGANISATION, "--owner", COLLEAGUE)).status, 1, "status");
  });
  const recovered = await newBrowser();
  await check("recover prints a link that lets the owner in, beside the running server", async () => {
    const { status, out, err } = await installation.command("recover", "--config", config, "--organisation", ORGANISATION, "--owner", OWNER);
    equal(status, 0, `status (${err})`);
    const link = present(out.match(new RegExp(`^${portal}/recover/\\S+$`, "m"))?.[0], "link");
    const inside = await recovered.press(await recovered.open(link), "Save the password and sign in", { password: SECOND_PASSWORD, again: SECOND_PASSWORD });
    equal(path(inside), "/", `path (${text(inside).slice(0, 300)})`);
    shows(await new Browser().open(link), "This link no longer works");
  });
  await check("turned off: the new password works, the old one does not", async () => {
    const page = await recovered.open(`${portal}/settings/security/turn-off`);
    shows(await recovered.press(page, `Turn off for ${ORGANISATION}`), "Single sign-on is off");
    equal((await signInLocally(OWNER, FIRST_PASSWORD)).page.status, 422, "status of the old password");
    equal(path((await signInLocally(OWNER, SECOND_PASSWORD)).page), "/", "path");
  });
  await check("SIGTERM ends an idle server", async () => {
    const { status, took } = await installation.stop();
    equal(status, 0, "status");
    if (took > STOPS_WITHIN) throw new Error(`took ${took} ms`);
  });
  await check("the log holds no secret and no person", async () => {
    if (!installation.log.includes("/sso/callback")) throw new Error("there is no line about the callback");
    for (const secret of [CLIENT_SECRET, FIRST_PASSWORD, SECOND_PASSWORD, OWNER, COLLEAGUE, "Ola Berg", "person-0001", "code=", ...codes]) {
      const line = installation.log.split("\n").find((text) => text.includes(secret));
      if (line) throw new Error(`"${secret}" is in it: ${line}`);
    }
  });
}

try {
  const link = await commands();
  await installation.serve(config);
  const codes = await activate(await firstOwner(link));
  await enforced();
  await afterwards();
  await wayBack(codes);
} catch (error) {
  if (!(error instanceof Stopped)) await check("the whole way", () => { throw error; });
} finally {
  if (anyFailed()) console.log(installation.log.split("\n").filter((line) => /WARN|ERROR/.test(line)).slice(-20).join("\n"));
  await stopAll();
  await postgres?.drop();
}
finish();

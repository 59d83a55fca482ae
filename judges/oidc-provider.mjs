// A certified OpenID provider to sign in at: npm oidc-provider on 127.0.0.1 with a small login and consent of its own.
//
//   node judges/oidc-provider.mjs [PORT] [REDIRECT_URI] [AUTHENTICATION]
//
// Issuer http://127.0.0.1:PORT. One client, `tillit` with the secret below; with AUTHENTICATION (such as client_secret_basic)
// it may prove itself in this way only. PKCE is demanded. Two people. Prints "ready PORT". Login form: fields `login` and
// `password`, button "Sign in"; consent: "Allow" and "Deny"; /session/end: "Sign out".
// The library knows sign-outs over the back channel only. /frames shows each one that it announced, with its issuer and sid, as
// the frame that a provider with front-channel logout shows, of the address that stands beside the redirect URI.

import { createServer } from "node:http";
import Provider from "oidc-provider";

export const CLIENT_ID = "tillit";
export const CLIENT_SECRET = "oidc-provider-secret-of-the-judges";
export const PASSWORD = "Practice-2026";
const PEOPLE = {
  "ola.berg@fylke.example": { sub: "person-0001", name: "Ola Berg", given_name: "Ola", family_name: "Berg", locale: "nb-NO" },
  "ada.moe@fylke.example": { sub: "person-0002", name: "Ada Moe", given_name: "Ada", family_name: "Moe", locale: "en-GB" },
};
const LONGEST_BODY = 10_000;

const [port = "0", redirectUri = "http://localhost:8400/sso/callback", authentication] = process.argv.slice(2);
const server = createServer();
await new Promise((resolve, reject) => {
  server.once("error", reject);
  server.listen(Number(port), "127.0.0.1", resolve);
});
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri], response_types: ["code"], grant_types: ["authorization_code"],
    ...(authentication && { token_endpoint_auth_method: authentication }),
    // This also puts `sid` into the id_token.
    backchannel_logout_uri: `${issuer}/nobody`, backchannel_logout_session_required: true,
  }],
  ...(authentication && { clientAuthMethods: [authentication] }),
  scopes: ["openid", "profile", "email"],
  claims: { openid: ["sub"], profile: ["name", "given_name", "family_name", "locale", "preferred_username"], email: ["email", "email_verified"] },
  // Like Entra ID: the claims are in the id_token and not at userinfo only.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.body = form.replace("</form>", '<button name="logout" value="yes">Sign out</button></form>');
      },
    },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: [crypto.randomUUID()] },
  ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 86_400, IdToken: 3600, Interaction: 600, Session: 86_400 },
  async findAccount(_, sub) {
    const found = Object.entries(PEOPLE).find(([, person]) => person.sub === sub);
    if (!found) return undefined;
    const [email, person] = found;
    return { accountId: sub, claims: async () => ({ ...person, preferred_username: email, email, email_verified: true }) };
  },
});
const handle = provider.callback();

const escape = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
function page(response, title, body) {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><h1>${escape(title)}</h1>${body}</html>`);
}
async function form(request) {
  let text = "";
  for await (const part of request) {
    text += part;
    if (text.length > LONGEST_BODY) throw new Error("body too long");
  }
  return new URLSearchParams(text);
}

async function interaction(request, response) {
  const { uid, prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  const finish = (result, merge) => provider.interactionFinished(request, response, result, { mergeWithLastSubmission: merge });
  if (prompt.name === "login") {
    let problem = "";
    if (request.method === "POST") {
      const fields = await form(request);
      const person = PEOPLE[(fields.get("login") ?? "").toLowerCase()];
      if (person && fields.get("password") === PASSWORD) return finish({ login: { accountId: person.sub } }, false);
      problem = '<p role="alert">Username or password is wrong.</p>';
    }
    return page(response, "Sign in", `${problem}<form method="post" action="/interaction/${escape(uid)}">
      <label>Username <input name="login" value="${escape(params.login_hint ?? "")}" autocomplete="username"></label>
      <label>Password <input name="password" type="password" autocomplete="current-password"></label><button>Sign in</button></form>`);
  }
  if (request.method === "POST") {
    if ((await form(request)).get("answer") !== "allow") return finish({ error: "access_denied", error_description: "The person declined." }, false);
    const grant = (grantId && (await provider.Grant.find(grantId))) ?? new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(" "));
    if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
    return finish({ consent: { grantId: await grant.save() } }, true);
  }
  return page(response, "Allow access?", `<p>${escape(params.client_id)} asks for: ${escape(params.scope)}</p><form method="post" action="/interaction/${escape(uid)}">
    <button name="answer" value="allow">Allow</button><button name="answer" value="deny">Deny</button></form>`);
}

const frames = [];
// The library refuses to send its word to this machine, so its event counts: the `sid` of the id_token is the last argument.
for (const event of ["backchannel.success", "backchannel.error"]) {
  provider.on(event, (...about) => {
    const frame = new URL("/sso/logout", redirectUri);
    frame.search = new URLSearchParams({ iss: issuer, sid: about.at(-1) });
    frames.push(frame.href);
  });
}

server.on("request", (request, response) => {
  if (request.url === "/frames") return page(response, "Signed out", frames.map((frame) => `<iframe src="${escape(frame)}"></iframe>`).join(""));
  if (!request.url.startsWith("/interaction/")) return handle(request, response);
  return interaction(request, response).catch((error) => {
    if (!response.headersSent) response.writeHead(400, { "content-type": "text/plain" });
    response.end(`This sign-in cannot go on: ${error.name}\n`);
  });
});
console.log(`ready ${server.address().port}`);

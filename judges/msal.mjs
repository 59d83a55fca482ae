// Judge: Microsoft's own library MSAL signs in at the practice tenant. It accepts https only: BASE_URL is that of the TLS
// proxy, and NODE_EXTRA_CA_CERTS names its certificate. JUDGE_CLIENT_KEY and JUDGE_CLIENT_THUMBPRINT are for the assertion.

import { readFileSync } from "node:fs";
import { ConfidentialClientApplication, CryptoProvider } from "@azure/msal-node";
import { Browser } from "./lib/browser.mjs";
import { baseUrl, check, equal, finish, present, refused } from "./lib/checks.mjs";
import { ADMINISTRATOR, CLIENT_ID, DOMAIN, EMPLOYEE, REDIRECT_URI, SECRET, TENANT_ID, signIn } from "./lib/practice.mjs";

const base = baseUrl();
const crypto = new CryptoProvider();
const scopes = ["User.Read"];

function application(tenant, credential = { clientSecret: SECRET }) {
  const auth = { clientId: CLIENT_ID, authority: `${base}/${tenant}`, knownAuthorities: [new URL(base).host], ...credential };
  return new ConfidentialClientApplication({ auth });
}

async function whole(app, { username = EMPLOYEE, verifier: another, nonce: expected, responseMode = "query" } = {}) {
  const { verifier, challenge } = await crypto.generatePkceCodes();
  const nonce = crypto.createNewGuid();
  const address = await app.getAuthCodeUrl({
    scopes, redirectUri: REDIRECT_URI, responseMode, codeChallenge: challenge, codeChallengeMethod: "S256", state: "state", nonce,
  });
  const { left, posted } = await signIn(new Browser(REDIRECT_URI), address, username);
  const params = posted ?? Object.fromEntries(left.searchParams);
  equal(params.state, "state", "state");
  const request = { code: params.code, scopes, redirectUri: REDIRECT_URI, codeVerifier: another ?? verifier, state: "state", nonce: expected ?? nonce };
  return app.acquireTokenByCode(request, params);
}

const app = application(TENANT_ID);
const result = await check("code flow with PKCE and a secret at the tenant's authority", () => whole(app));
if (!result) finish();
await check("account and claims as MSAL reads them", async () => {
  equal(result.tenantId, TENANT_ID, "tenant id");
  equal(result.account.username, EMPLOYEE, "username");
  equal(result.account.localAccountId, result.idTokenClaims.oid, "local account id");
  equal(result.account.homeAccountId, `${result.idTokenClaims.oid}.${TENANT_ID}`, "home account id (client_info)");
  equal(result.scopes.includes("User.Read"), true, "User.Read among the scopes");
});
await check("the token is found in MSAL's cache", async () => {
  const again = await app.acquireTokenSilent({ account: result.account, scopes });
  equal(again.fromCache, true, "fromCache");
});
await check("Graph accepts the access token", async () => {
  const response = await fetch(`${base}/graph/v1.0/me?$select=displayName,mail`, { headers: { authorization: `Bearer ${result.accessToken}` } });
  equal((await response.json()).mail, EMPLOYEE, "mail");
});
await check("form_post", () => whole(app, { responseMode: "form_post" }));
await check("the organizations authority, whose issuer is a template", async () => {
  const { tenantId, idTokenClaims } = await whole(application("organizations"), { username: ADMINISTRATOR });
  equal(tenantId, TENANT_ID, "tenant id");
  equal(idTokenClaims.iss, `${base}/${TENANT_ID}/v2.0`, "iss");
});
await check("a tenant named by its domain", async () => equal((await whole(application(DOMAIN))).tenantId, TENANT_ID, "tenant id"));
const clientCertificate = () => ({
  clientCertificate: {
    privateKey: readFileSync(present(process.env.JUDGE_CLIENT_KEY, "JUDGE_CLIENT_KEY"), "utf8"),
    thumbprintSha256: present(process.env.JUDGE_CLIENT_THUMBPRINT, "JUDGE_CLIENT_THUMBPRINT"),
  },
});
await check("a certificate instead of the secret (client assertion)", () => whole(application(TENANT_ID, clientCertificate())));
await refused("an unknown certificate", /700027/, () => {
  const credential = clientCertificate();
  credential.clientCertificate.thumbprintSha256 = "00".repeat(32);
  return whole(application(TENANT_ID, credential));
});
await refused("a wrong secret", /7000215/, () => whole(application(TENANT_ID, { clientSecret: "wrong" })));
await refused("another nonce", /nonce_mismatch/, () => whole(app, { nonce: crypto.createNewGuid() }));
await refused("another code verifier", /501481/, async () => whole(app, { verifier: (await crypto.generatePkceCodes()).verifier }));
finish();

// Judge of our own fixture: npm openid-client signs in at judges/oidc-provider.mjs, so that a broken fixture is not taken
// for a broken Tillit.

import * as client from "openid-client";
import { Browser } from "./lib/browser.mjs";
import { baseUrl, check, equal, finish, refused } from "./lib/checks.mjs";

const REDIRECT_URI = "http://localhost:8400/sso/callback";
const base = baseUrl();
const config = await check("discovery", () =>
  client.discovery(new URL(base), "tillit", "oidc-provider-secret-of-the-judges", undefined, { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] }));
if (!config) finish();

async function whole({ button = "Allow", pkce = true } = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const challenge = { code_challenge_method: "S256", code_challenge: await client.calculatePKCECodeChallenge(verifier) };
  const address = client.buildAuthorizationUrl(config, { redirect_uri: REDIRECT_URI, scope: "openid profile email", state, nonce, ...(pkce ? challenge : {}) });
  const browser = new Browser(REDIRECT_URI);
  let page = await browser.open(address);
  if (!page.left) page = await browser.press(page, "Sign in", { login: "ola.berg@fylke.example", password: "Practice-2026" });
  if (!page.left) page = await browser.press(page, button);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return client.authorizationCodeGrant(config, new URL(page.left), checks);
}
await check("login, consent, code and id_token with claims", async () => {
  const claims = (await whole()).claims();
  equal(claims.sub, "person-0001", "sub");
  equal(claims.email, "ola.berg@fylke.example", "email");
  equal(claims.iss, base, "iss");
});
await refused("consent denied", /access_denied/, () => whole({ button: "Deny" }));
await refused("no PKCE", /invalid_request|PKCE/i, () => whole({ pkce: false }));
finish();

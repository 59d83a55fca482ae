// Judge: npm openid-client 6 signs in at the practice tenant, and refuses what the practice tenant does wrong on purpose.

import { readFileSync } from "node:fs";
import * as client from "openid-client";
import { Browser } from "./lib/browser.mjs";
import { baseUrl, check, equal, finish, present, refused } from "./lib/checks.mjs";
import { CLIENT_ID, DOMAIN, EMPLOYEE, REDIRECT_URI, SECRET, TENANT_ID, misbehave, signIn } from "./lib/practice.mjs";

const base = baseUrl();
const insecure = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
const discover = (tenant, authentication = client.ClientSecretPost(SECRET)) =>
  client.discovery(new URL(`${base}/${tenant}/v2.0`), CLIENT_ID, {}, authentication, insecure);

/** One sign-in in a new browser, or in the one given. */
async function whole(config, { browser = new Browser(REDIRECT_URI), more = {}, verifier: another, redeem = {} } = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI, scope: "openid profile email User.Read", state, nonce, code_challenge_method: "S256",
    code_challenge: await client.calculatePKCECodeChallenge(verifier), ...more,
  });
  const { left, posted, seen } = await signIn(browser, address);
  const answer = posted ? new Request(left, { method: "POST", body: new URLSearchParams(posted) }) : left;
  const checks = { pkceCodeVerifier: another ?? verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, ...redeem };
  const exchange = () => client.authorizationCodeGrant(config, answer, checks);
  return { tokens: await exchange(), seen, exchange };
}

const config = await check("discovery of the tenant's own authority, issuer compared", async () => {
  const config = await discover(TENANT_ID);
  equal(config.serverMetadata().issuer, `${base}/${TENANT_ID}/v2.0`, "issuer");
  return config;
});
if (!config) finish();
await refused("the issuer of organizations is a template, which a strict client refuses", /issuer/i, () => discover("organizations"));
await refused("metadata by domain names the tenant's id, not the domain", /issuer/i, () => discover(DOMAIN));

const first = await check("code flow with PKCE, state, nonce and a signature verified by the key set", () => whole(config));
await check("claims of an Entra id_token", async () => {
  const claims = first.tokens.claims();
  equal(claims.aud, CLIENT_ID, "aud");
  equal(claims.tid, TENANT_ID, "tid");
  equal(claims.ver, "2.0", "ver");
  equal(claims.preferred_username, EMPLOYEE, "preferred_username");
  for (const name of ["oid", "sub", "name", "email", "sid", "uti", "login_hint"]) present(claims[name], name);
  equal(claims.sub === claims.oid, false, "sub equal to oid");
});
await check("userinfo has the same subject", async () => {
  const claims = first.tokens.claims();
  const info = await client.fetchUserInfo(config, first.tokens.access_token, claims.sub);
  equal(info.email, EMPLOYEE, "email");
});
await refused("a code works once", /AADSTS54005/, () => first.exchange());
await refused("another code verifier", /AADSTS501481/, () => whole(config, { verifier: client.randomPKCECodeVerifier() }));
await check("a second sign-in in the same browser asks nothing, nor does prompt=none", async () => {
  const browser = new Browser(REDIRECT_URI);
  const once = await whole(config, { browser });
  equal(once.seen.join(" "), "username password", "pages of the first");
  equal((await whole(config, { browser })).seen.join(" "), "", "pages of the second");
  equal((await whole(config, { browser, more: { prompt: "none" } })).seen.join(" "), "", "pages of prompt=none");
});
await refused("prompt=none without a session", /login_required/, () => whole(config, { more: { prompt: "none" } }));
await check("response mode form_post", async () => {
  const { seen } = await whole(config, { more: { response_mode: "form_post" } });
  equal(seen.at(-1), "form_post", "last page");
});
await check("client_secret_basic", async () => whole(await discover(TENANT_ID, client.ClientSecretBasic(SECRET))));
await refused("a wrong secret", /AADSTS7000215/, async () => whole(await discover(TENANT_ID, client.ClientSecretPost("wrong"))));
const [keyFile, thumbprint] = [process.env.JUDGE_CLIENT_KEY, process.env.JUDGE_CLIENT_THUMBPRINT];
await check("private_key_jwt with PS256 and x5t#S256", async () => {
  const pem = readFileSync(present(keyFile, "JUDGE_CLIENT_KEY"), "utf8").replace(/-----[^-]+-----|\s/g, "");
  const key = await crypto.subtle.importKey("pkcs8", Buffer.from(pem, "base64"), { name: "RSA-PSS", hash: "SHA-256" }, false, ["sign"]);
  const x5t = Buffer.from(present(thumbprint, "JUDGE_CLIENT_THUMBPRINT"), "hex").toString("base64url");
  const authentication = client.PrivateKeyJwt(key, {
    [client.modifyAssertion]: (header, payload) => {
      header["x5t#S256"] = x5t;
      payload.aud = `${base}/${TENANT_ID}/oauth2/v2.0/token`;
    },
  });
  await whole(await discover(TENANT_ID, authentication));
});

// Evil mode: an independent client must see the evil.
const claim = (at, value) => ({ token: [{ claim: { set: { at, value } } }] });
const sign = (alg, key, keep_kid = true) => ({ token: [{ sign: { alg, key, keep_kid } }] });
const evil = [
  ["a forged signature", /signature/i, sign("rs256", "attacker")],
  ["alg none", /alg|signature|unsupported/i, sign({ none: "none" }, "current")],
  ["HS256 with the public key", /alg/i, sign("hs256", "public_pem")],
  ["RS512", /alg/i, sign("rs512", "current")],
  ["a key that is not published", /key|kid/i, sign("rs256", "attacker", false)],
  ["a flipped signature", /signature/i, { token: [{ compact: "flip_signature" }] }],
  ["another audience", /aud/i, claim("/aud", "another-client")],
  ["another issuer", /iss/i, claim("/iss", "https://evil.example")],
  ["another nonce", /nonce/i, claim("/nonce", "another")],
  ["an expired token", /exp/i, { token: [{ shift: { claim: "exp", seconds: -7200 } }] }],
  ["a token from the future", /nbf/i, { token: [{ shift: { claim: "nbf", seconds: 7200 } }] }],
  ["no subject", /sub/i, { token: [{ claim: { remove: { at: "/sub" } } }] }],
  ["an access token in the id_token's place", /aud/i, { token: [{ kind: "access_token" }] }],
  ["a v1 token", /iss/i, { token: [{ kind: "v1" }] }],
  ["a foreign iss parameter", /iss/i, { redirect: [{ set: { name: "iss", value: "https://evil.example" } }] }],
  ["another state", /state/i, { redirect: [{ set: { name: "state", value: "another" } }] }],
  ["a critical header", /crit/i, { token: [{ header: { set: { at: "/crit", value: ["x"] } } }] }],
];
for (const [name, matches, mischief] of evil) {
  await refused(`evil mode: ${name}`, matches, async () => {
    await misbehave(base, mischief);
    try {
      return (await whole(await discover(TENANT_ID))).tokens;
    } finally {
      await misbehave(base);
    }
  });
}
await check("honest again after evil mode", () => whole(config));
finish();

// Certificates made now, and a TLS proxy in front of a plain HTTP server: MSAL talks https only.

import { X509Certificate, createPrivateKey } from "node:crypto";
import { request as httpRequest } from "node:http";
import { createServer } from "node:https";
import selfsigned from "selfsigned";

/** A self-signed certificate for a name: key (PKCS #8) and certificate in PEM, SHA-256 thumbprint in hex. */
export async function certificate(name) {
  const until = new Date(Date.now() + 86_400_000);
  const made = await selfsigned.generate([{ name: "commonName", value: name }], {
    algorithm: "sha256", keySize: 2048, notAfterDate: until, extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }],
  });
  const key = createPrivateKey(made.private).export({ type: "pkcs8", format: "pem" });
  return { key, cert: made.cert, thumbprint: new X509Certificate(made.cert).fingerprint256.replaceAll(":", "") };
}

/** Listens on a free port of 127.0.0.1; `forwardTo(port)` says later where to. */
export async function tlsProxy({ key, cert }) {
  let target;
  const server = createServer({ key, cert }, (request, response) => {
    const upstream = httpRequest({ host: "127.0.0.1", port: target, method: request.method, path: request.url, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    upstream.on("error", () => response.writeHead(502).end());
    request.pipe(upstream);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, forwardTo: (port) => { target = port; }, close: () => server.close() };
}

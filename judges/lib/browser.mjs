// A browser without a screen: cookies by host, redirects, forms. It stops when it would leave for `stopAt`, if that is given.

const MOST_HOPS = 12;

/** Text of an attribute value, with HTML's entities undone. */
function unescape(text) {
  const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, dec, hex, name) =>
    dec ? String.fromCodePoint(+dec) : hex ? String.fromCodePoint(parseInt(hex, 16)) : (named[name] ?? whole));
}

function attribute(tag, name) {
  const found = tag.match(new RegExp(`\\s${name}\\s*=\\s*"([^"]*)"`, "i"));
  return found ? unescape(found[1]) : undefined;
}

const has = (tag, word) => new RegExp(`\\s${word}(?=[\\s=/>]|$)`, "i").test(tag);

/** What a reader sees of a page. */
export const seen = (html) => unescape(html.replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();

/** What the controls of a form would send: hidden and typed fields, what is ticked, what is chosen. */
function controls(body) {
  const fields = {};
  for (const [tag] of body.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(tag, "name");
    const box = ["checkbox", "radio"].includes(attribute(tag, "type"));
    if (name && (!box || has(tag, "checked"))) fields[name] = attribute(tag, "value") ?? (box ? "on" : "");
  }
  for (const [, head, inside] of body.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi)) {
    const options = [...inside.matchAll(/<option\b[^>]*>/gi)].map(([tag]) => tag);
    const chosen = options.find((tag) => has(tag, "selected")) ?? options[0];
    if (chosen) fields[attribute(head, "name")] = attribute(chosen, "value") ?? "";
  }
  for (const [, head, text] of body.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/gi)) fields[attribute(head, "name")] = unescape(text);
  return fields;
}

/** Every form of a page: where it goes, how, what it would send, its buttons. */
export function forms(html, address) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, body]) => {
    const buttons = [...body.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(([, head, text]) => ({
      text: seen(text), name: attribute(` ${head}`, "name"), value: attribute(` ${head}`, "value") ?? "",
    }));
    const action = new URL(attribute(` ${head}`, "action") ?? "", address).href;
    return { action, post: /^post$/i.test(attribute(` ${head}`, "method") ?? ""), fields: controls(body), buttons };
  });
}

export class Browser {
  // Cookies belong to a host name; ports do not keep them apart (RFC 6265 section 8.5).
  #cookies = new Map();

  constructor(stopAt) {
    this.stopAt = stopAt;
  }

  #jar(url) {
    if (!this.#cookies.has(url.hostname)) this.#cookies.set(url.hostname, new Map());
    return this.#cookies.get(url.hostname);
  }

  #leaves(address) {
    return this.stopAt !== undefined && address.startsWith(this.stopAt);
  }

  /** Opens an address and follows redirects. Gives `{ address, html, status, way }`, or `{ left }` with the address it was sent off to. */
  async open(address, form) {
    let request = { address: String(address), form };
    const way = [];
    for (let hops = 0; hops < MOST_HOPS; hops += 1) {
      if (this.#leaves(request.address)) return { left: request.address };
      const url = new URL(request.address);
      const jar = this.#jar(url);
      way.push(url.origin + url.pathname);
      const headers = { accept: "text/html", cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
      const init = { headers, redirect: "manual", method: request.form ? "POST" : "GET" };
      if (request.form) init.body = new URLSearchParams(request.form);
      const response = await fetch(url, init);
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
        if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
        else jar.set(name, value);
      }
      if (response.status >= 300 && response.status < 400) {
        request = { address: new URL(response.headers.get("location"), url).href };
        continue;
      }
      return { address: url.href, html: await response.text(), status: response.status, way };
    }
    throw new Error(`too many redirects: ${way.join(" ")}`);
  }

  /** Fills in the form that has a button of this text, and presses it. A field set to `undefined` is not sent. */
  async press(page, button, typed = {}) {
    for (const form of forms(page.html, page.address)) {
      const found = form.buttons.find(({ text }) => text === button);
      if (!found) continue;
      const fields = { ...form.fields, ...typed };
      if (found.name) fields[found.name] = found.value;
      for (const [name, value] of Object.entries(fields)) if (value === undefined) delete fields[name];
      if (this.#leaves(form.action)) return { left: form.action, posted: fields };
      if (form.post) return this.open(form.action, fields);
      const url = new URL(form.action);
      url.search = new URLSearchParams(fields);
      return this.open(url);
    }
    throw new Error(`no button "${button}" at ${page.address}: ${seen(page.html).slice(0, 400)}`);
  }

  /** Follows the link of this text. */
  async follow(page, text) {
    for (const [, head, inside] of page.html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/gi)) {
      if (seen(inside) === text) return this.open(new URL(attribute(` ${head}`, "href"), page.address));
    }
    throw new Error(`no link "${text}" at ${page.address}: ${seen(page.html).slice(0, 400)}`);
  }
}

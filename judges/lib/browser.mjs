// A browser without a screen: cookies, redirects, forms. It stops when it would leave for `stopAt`.

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

/** Every form of a page: where it goes, its hidden and typed fields, its buttons. */
export function forms(html, address) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, body]) => {
    const fields = {};
    for (const [tag] of body.matchAll(/<input\b[^>]*>/gi)) {
      const name = attribute(tag, "name");
      const type = attribute(tag, "type") ?? "text";
      if (name && !["checkbox", "radio"].includes(type)) fields[name] = attribute(tag, "value") ?? "";
    }
    const buttons = [...body.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(([, head, text]) => ({
      text: unescape(text.replace(/<[^>]*>/g, "")).trim(), name: attribute(` ${head}`, "name"), value: attribute(` ${head}`, "value") ?? "",
    }));
    return { action: new URL(attribute(` ${head}`, "action") ?? "", address).href, fields, buttons };
  });
}

export class Browser {
  #cookies = new Map();

  constructor(stopAt) {
    this.stopAt = stopAt;
  }

  /** Opens an address and follows redirects. Gives `{ address, html }`, or `{ left }` with the address it was sent off to. */
  async open(address, form) {
    let request = { address: String(address), form };
    for (let hops = 0; hops < 12; hops += 1) {
      const url = new URL(request.address);
      if (request.address.startsWith(this.stopAt)) return { left: request.address };
      const headers = { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
      const init = { headers, redirect: "manual", method: request.form ? "POST" : "GET" };
      if (request.form) init.body = new URLSearchParams(request.form);
      const response = await fetch(url, init);
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
        if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.#cookies.delete(name);
        else this.#cookies.set(name, value);
      }
      if (response.status >= 300 && response.status < 400) {
        request = { address: new URL(response.headers.get("location"), url).href };
        continue;
      }
      return { address: url.href, html: await response.text(), status: response.status };
    }
    throw new Error("too many redirects");
  }

  /** Fills in the form that has a button of this text, and presses it. */
  async press(page, button, typed = {}) {
    for (const form of forms(page.html, page.address)) {
      const found = form.buttons.find(({ text }) => text === button);
      if (!found) continue;
      const fields = { ...form.fields, ...typed };
      if (found.name) fields[found.name] = found.value;
      if (form.action.startsWith(this.stopAt)) return { left: form.action, posted: fields };
      return this.open(form.action, fields);
    }
    throw new Error(`no button "${button}" at ${page.address}: ${page.html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 300)}`);
  }
}

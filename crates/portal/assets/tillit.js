// Optional comfort. Every page works without this file.
(() => {
  "use strict";
  const doc = document;

  // Tell the server the reader's time zone, so that times are written in it from the next page on.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && /^[A-Za-z0-9_+\-/]{1,64}$/.test(zone) && !doc.cookie.includes("tillit_zone=" + zone)) {
    doc.cookie = "tillit_zone=" + zone + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
  }

  // Buttons that only work with a script are hidden until it runs.
  for (const button of doc.querySelectorAll("[data-copy]")) {
    const source = doc.getElementById(button.dataset.copy);
    if (!source || !navigator.clipboard) continue;
    button.hidden = false;
    const label = button.querySelector("[data-label]") || button;
    const before = label.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.textContent.trim());
      label.textContent = button.dataset.copied;
      setTimeout(() => { label.textContent = before; }, 2000);
    });
  }
  for (const button of doc.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // Countdowns: the server decides, this only shows. The offset corrects a clock that is wrong.
  const clocks = [...doc.querySelectorAll("[data-countdown]")];
  if (clocks.length) {
    const offset = Number(doc.documentElement.dataset.now) - Date.now();
    const tick = () => {
      for (const clock of clocks) {
        const left = Math.max(0, Math.ceil((Number(clock.dataset.countdown) - Date.now() - offset) / 1000));
        clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
        if (left === 0 && clock.dataset.reload !== undefined) { location.reload(); return; }
      }
      setTimeout(tick, 250);
    };
    tick();
  }

  // A form is sent once.
  for (const form of doc.querySelectorAll("form[method=post]")) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
  }
  // A form that waited while the account was looked at goes on its way.
  const waiting = doc.querySelector("form[data-send-on]");
  if (waiting) waiting.requestSubmit();
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // The theme changes at once; the form behind the buttons still tells the server.
  for (const button of doc.querySelectorAll("button[name=theme]")) {
    button.addEventListener("click", () => {
      if (button.value === "system") delete doc.documentElement.dataset.theme;
      else doc.documentElement.dataset.theme = button.value;
    });
  }
  const summary = doc.querySelector(".error-summary");
  if (summary) summary.focus();
})();

// Passkeys: the browser's part. The page says what is asked, in attributes; the answer goes back in an ordinary form.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const MINUTES = 5 * 60 * 1000;

  const problem = (place, shown) => {
    const note = place.querySelector("[data-passkey-problem]");
    if (note) note.hidden = !shown;
  };
  const question = (place) => ({ challenge: bytes(place.dataset.challenge), rpId: place.dataset.host, userVerification: "required", timeout: MINUTES });
  const fill = (form, credential) => {
    form.elements.credential.value = text(credential.rawId);
    form.elements.client_data.value = text(credential.response.clientDataJSON);
    form.elements.authenticator_data.value = text(credential.response.authenticatorData);
    form.elements.signature.value = text(credential.response.signature);
    form.elements.user_handle.value = credential.response.userHandle ? text(credential.response.userHandle) : "";
  };

  // Signing in: by the button, and where the browser can, out of the field for the username.
  for (const form of document.querySelectorAll("form[data-passkey-sign-in]")) {
    let waiting = new AbortController();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem(form, false);
      waiting.abort();
      try {
        fill(form, await navigator.credentials.get({ publicKey: question(form) }));
      } catch {
        problem(form, true);
        return;
      }
      form.submit();
    });
    (async () => {
      if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
      try {
        fill(form, await navigator.credentials.get({ publicKey: question(form), mediation: "conditional", signal: waiting.signal }));
      } catch {
        return;
      }
      form.submit();
    })();
  }

  // Showing who asks, inside another form.
  for (const place of document.querySelectorAll("[data-passkey-proof]")) {
    const button = place.querySelector("[data-passkey-button]");
    button.addEventListener("click", async () => {
      problem(place, false);
      try {
        fill(button.form, await navigator.credentials.get({ publicKey: question(place) }));
      } catch {
        problem(place, true);
        return;
      }
      // The form has its own buttons, which say what they do.
      button.disabled = true;
      button.lastChild.textContent = place.dataset.shown;
    });
  }

  // Making one.
  for (const form of document.querySelectorAll("form[data-passkey-make]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem(form, false);
      const { host, challenge, handle, exclude, portal, user, name } = form.dataset;
      const excludeCredentials = exclude.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));
      try {
        const made = await navigator.credentials.create({
          publicKey: {
            challenge: bytes(challenge),
            rp: { id: host, name: portal },
            user: { id: bytes(handle), name: user, displayName: name || user },
            pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
            authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
            attestation: "none",
            excludeCredentials,
            timeout: MINUTES,
          },
        });
        form.elements.client_data.value = text(made.response.clientDataJSON);
        form.elements.authenticator_data.value = text(made.response.getAuthenticatorData());
      } catch {
        problem(form, true);
        return;
      }
      form.submit();
    });
  }
})();

/* Passkeys: the browser is asked for one, and what it shows is sent with the form as it is.

   A form says what is wanted (data-passkey: create or get) and where the server's question stands: in an
   element of the page (data-options), else it is fetched from where the form leads. */
"use strict";

async function askedBy(form) {
  const place = document.getElementById(form.dataset.options);
  if (place) return JSON.parse(place.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`asked for a passkey: ${answer.status}`);
  return answer.json();
}

async function shownPasskey(form) {
  const asked = await askedBy(form);
  if (form.dataset.passkey === "create") {
    const wanted = asked.creation_options.publicKey;
    // It is to be found without a name, and to know who holds it.
    Object.assign((wanted.authenticatorSelection ??= {}), {
      residentKey: "preferred",
      requireResidentKey: false,
      userVerification: "preferred",
    });
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(wanted);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.request_options.publicKey);
  return navigator.credentials.get({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const trouble = form.querySelector("[data-trouble]");
  if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      const passkey = await shownPasskey(form);
      form.elements.credential.value = JSON.stringify(passkey.toJSON());
      form.submit(); // goes past this listener
    } catch (error) {
      console.warn(error);
      trouble.hidden = false;
    }
  });
}

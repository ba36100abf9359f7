/** Passkeys: the browser asks the device for one, and its answer goes off with the form. Without it the form stays out of sight. */
const knows = window.PublicKeyCredential;
if (knows?.parseRequestOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const { credential } = form.elements;
    const note = form.querySelector("[role=status]");
    form.hidden = false;
    for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      note.textContent = "";
      const options = JSON.parse(form.dataset.options);
      try {
        const answer =
          form.dataset.passkey === "create"
            ? await navigator.credentials.create({ publicKey: knows.parseCreationOptionsFromJSON(options) })
            : await navigator.credentials.get({ publicKey: knows.parseRequestOptionsFromJSON(options) });
        credential.value = JSON.stringify(answer.toJSON());
        form.submit();
      } catch {
        note.textContent = form.dataset.failed;
      }
    });
  }
}

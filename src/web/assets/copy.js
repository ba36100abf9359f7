/** Brings the copy buttons to life; without it the text beside them can be selected as any other. */
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const status = button.parentElement?.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      if (status) status.textContent = button.dataset.copied ?? "";
    } catch {
      if (status) status.textContent = button.dataset.failed ?? "";
    }
    setTimeout(() => {
      if (status) status.textContent = "";
    }, 4000);
  });
}

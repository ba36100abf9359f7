/** Lets this device be told at once: the browser makes an address, and the form sends it. */
const form = document.querySelector("form[data-push]");
if (form && window.PushManager) {
  form.hidden = false;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const { push, failed } = form.dataset;
    try {
      await Notification.requestPermission();
      const { pushManager } = await navigator.serviceWorker.ready;
      // It may be for another key.
      await (await pushManager.getSubscription())?.unsubscribe();
      const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: push });
      form.elements[0].value = JSON.stringify(made);
      form.submit();
    } catch {
      form.lastElementChild.textContent = failed;
    }
  };
}

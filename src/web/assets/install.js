/** Lets the browser keep the conversations that were read, for when there is no connection. */
navigator.serviceWorker?.register("/offline-worker.js").catch(() => {});

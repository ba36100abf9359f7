/* Shows what this device is told, and opens it. */
self.onpush = (event) => event.waitUntil(registration.showNotification(...event.data.json()));

self.onnotificationclick = (event) => {
  const { data, tag } = event.notification;
  event.notification.close();
  event.waitUntil(clients.openWindow(data));
  event.waitUntil(fetch(`/notifications/${tag}/read`, { method: "POST" }));
};

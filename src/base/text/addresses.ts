/** What may be a mail address. */

/** Whether this can be the address of a mailbox on the internet: one `@`, a domain with a dot, nothing that ends a header or an envelope. */
export function isMailAddress(text: string): boolean {
  if (text.length > 254) return false;
  const at = text.lastIndexOf("@");
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || local.length > 64 || /[\p{C}\p{Z}<>()[\]\\,;:"@]/u.test(local)) return false;
  return /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u.test(
    domain,
  );
}

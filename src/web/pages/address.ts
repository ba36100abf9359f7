/** The mail address of one's account: another one, or none. */
import { html } from "hono/html";
import { submit, textField } from "../parts/form.ts";
import type { Frame } from "../parts/layout.ts";
import { type Asking, page, passwordField } from "./second-factor.ts";

const PATH = "/settings/security/address";

/** `has`: there is an address already; `email`: what was typed. */
export function addressPage(
  frame: Frame,
  { asks, problem, has, email }: Asking & { has: boolean; email: string },
): string {
  const words = frame.words.signIn;
  const field = textField({
    name: "email",
    label: words.addressNew,
    type: "email",
    value: email,
    autocomplete: "email",
    inputmode: "email",
    required: true,
    maxlength: 254,
  });
  const form = html`<form class="form" method="post" action="${PATH}">
${field}${asks ? passwordField(frame) : ""}<div class="actions">${submit(words.send)}</div>
</form>`;
  const title = has ? words.addressChange : words.addressAdd;
  return page(frame, { title, lede: words.addressLede, problem }, form);
}

export function removeAddressPage(frame: Frame, { asks, problem }: Asking): string {
  const words = frame.words.signIn;
  const form = html`<form class="form" method="post" action="${PATH}/remove">
${asks ? passwordField(frame) : ""}<div class="actions">${submit(words.remove, { kind: "grave" })}</div>
</form>`;
  return page(frame, { title: words.addressRemove, lede: words.addressRemoveLede, problem }, form);
}

/** The field that asks whether it is really them. */
import type { Html } from "../site.ts";
import { textField } from "./form.ts";
import type { Frame } from "./layout.ts";

export function passwordAsked(frame: Frame): Html {
  const label = frame.words.settings.password;
  return textField({ name: "password", label, type: "password", autocomplete: "current-password", required: true });
}

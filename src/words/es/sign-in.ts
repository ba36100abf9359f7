/** Spanish for signing in and keeping an account safe. */
import type { SignInWords } from "../en/sign-in.ts";

export const signIn: SignInWords = {};

/** English for signing in and keeping an account safe. */

export const signIn = {};

export type SignInWords = typeof signIn;

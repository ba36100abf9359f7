/** Certificates made for these tests: a root, an authority below it, and what a server at localhost may show. Valid from 2000 to 2100 unless named otherwise. */

export const root = ``;

export const mid = ``;

export const good = ``;

export const expired = ``;

export const early = ``;

export const other = ``;

export const self = ``;

/** The key of all but the first two. */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgW5uexJBvitJD8f0J
AzniRcvTL4WJrVeni6WqnwA5w4OhRANCAASE7qhj7DwFyw0OdLvfAo0aj6z8biOm
gGdPuE8nznQO9stsTUw1/nhiFb4+18vEqVbUqNDjhoJooaF/ukaA+Oah
-----END PRIVATE KEY-----`;

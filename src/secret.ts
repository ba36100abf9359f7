/** Loads the key that seals private keys at rest (R60), and makes it on the first start. */
import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Config, decodeSecretKey } from "./config.ts";

/** The secret key cannot be read; the message is one sentence that says what to do. */
export class SecretError extends Error {
  override readonly name = "SecretError";
}

/**
 * The 32 bytes of the secret key. A missing file is made when the configuration allows, readable by its owner only; of several processes
 * that start at once, one makes it and the others read it. Throws a SecretError.
 */
export async function loadSecret(config: Config): Promise<Buffer> {
  if ("key" in config.secret) return Buffer.from(config.secret.key, "hex");
  const { file, make } = config.secret;
  try {
    const there = await read(file);
    if (there) return there;
    if (!make) throw new SecretError(`The secret key is not in ${file}, where SECRET_KEY_FILE says it is.`);
    await makeFile(file);
    return (await read(file)) as Buffer;
  } catch (error) {
    if (error instanceof SecretError) throw error;
    throw new SecretError(
      `The secret key in ${file} cannot be read or made (${(error as Error).message}): this user must be able to, or set DATA_DIR or SECRET_KEY_FILE.`,
      {
        cause: error,
      },
    );
  }
}

async function read(file: string): Promise<Buffer | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const key = decodeSecretKey(text.trim());
  if (!key)
    throw new SecretError(`${file} does not hold 32 bytes as base64 or hex: put the file back from your backup.`);
  return key;
}

/** Writes a file aside, then links it into place: link refuses when another was quicker, and nobody ever reads half a key. */
async function makeFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const aside = `${file}.${randomUUID()}`;
  try {
    const handle = await open(aside, "wx", 0o600);
    try {
      await handle.writeFile(`${randomBytes(32).toString("base64")}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(aside, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(aside, { force: true });
  }
}

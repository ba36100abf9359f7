/** Undoes at most one content coding of a body, never past the cap on its decompressed size. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { errorCode, OutboundError } from "./errors.ts";

const decoders = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
  rawDeflate: promisify(inflateRaw),
};

/** What we ask for, as an Accept-Encoding header. */
export const acceptEncoding = "gzip, br, deflate";

/**
 * @param coding the Content-Encoding header, if any
 * @param host for the error's sentence
 * @returns the body as it was meant, at most `maxBytes` long
 * @throws OutboundError "protocol" for several or unknown codings and for broken data, "too-large" past `maxBytes`
 */
export async function decoded(
  body: Buffer,
  coding: string | undefined,
  maxBytes: number,
  host: string,
): Promise<Buffer> {
  const name = (coding ?? "").trim().toLowerCase();
  if (name === "" || name === "identity" || body.length === 0) return body;
  const decode = decoderFor(name, body);
  if (!decode) {
    const shown = JSON.stringify(name.slice(0, 60));
    throw new OutboundError("protocol", `${host} compressed its answer as ${shown}, which is not taken.`);
  }
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (errorCode(cause) === "ERR_BUFFER_TOO_LARGE") {
      throw new OutboundError("too-large", `${host} sent more than ${maxBytes} bytes once decompressed.`, { cause });
    }
    throw new OutboundError("protocol", `${host} sent a compressed answer that cannot be read.`, { cause });
  }
}

function decoderFor(name: string, body: Buffer) {
  if (name === "gzip" || name === "x-gzip") return decoders.gzip;
  if (name === "br") return decoders.br;
  if (name !== "deflate") return undefined;
  // Some servers send bare deflate data where RFC 9110 section 8.4.1.2 asks for the zlib wrapping.
  return ((body[0] ?? 0) & 0x0f) === 8 ? decoders.deflate : decoders.rawDeflate;
}

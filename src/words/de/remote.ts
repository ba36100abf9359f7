/** German for communities of other servers. */
import type { RemoteWords } from "../en/remote.ts";

export const remote: RemoteWords = {};

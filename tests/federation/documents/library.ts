/** The stage of the documents' tests: a community with a thread and a reply, and somebody who reads what is served about them. */
import { afterAll, beforeAll, expect } from "vitest";
import type { CommunityRow } from "../../../db/queries/communities.ts";
import { openTestServer, type TestServer } from "../../support/app.ts";
import { type Doc, openRemote, type Remote, type RemotePerson, type RemotePost } from "../../support/remote/index.ts";

export const AS = "https://www.w3.org/ns/activitystreams";
/** Accept headers. */
export const SERVER = "application/activity+json";
export const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export interface Library {
  ours: TestServer;
  group: CommunityRow;
  remote: Remote;
  ana: RemotePerson;
  /** Follows, and is a facilitator. */
  ben: RemotePerson;
  thread: RemotePost;
  reply: RemotePost;
  threadId: string;
  replyId: string;
  /** The id here of a post, by its ActivityPub id. */
  idOf(uri: string): Promise<string>;
  /** Asks, and follows no redirect. */
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  /** A document that must be there. */
  read(path: string): Promise<Doc>;
}

/** Sets it up for a test file. */
export function setLibrary(): Library {
  const it = {} as Library;
  beforeAll(async () => {
    it.ours = await openTestServer();
    it.group = await it.ours.found("welding", "Welding & brazing");
    it.remote = await openRemote({ software: "mastodon" });
    [it.ana, it.ben] = [await it.remote.addPerson("ana"), await it.remote.addPerson("ben")];
    await it.ben.follow(it.group.uri);
    it.thread = await it.ana.post({ text: "Which gas for aluminium?\nArgon or a mix?", mention: it.group.uri });
    it.reply = await it.ben.reply(it.thread, { text: "Pure argon." });
    [it.threadId, it.replyId] = [await it.idOf(it.thread.id), await it.idOf(it.reply.id)];
    await it.ours.app.db`
      update memberships set role = 'facilitator' where actor_id = (select id from actors where uri = ${it.ben.id})`;
  });
  afterAll(async () => {
    await it.ours?.[Symbol.asyncDispose]();
    await it.remote?.close();
  });
  it.idOf = async (uri) => {
    const [row] = await it.ours.app.db<{ id: string }[]>`select id from posts where uri = ${uri}`;
    if (!row) throw new Error(`${uri} is not here`);
    return row.id;
  };
  it.get = async (path, headers = { accept: SERVER }, method = "GET") => {
    const answer = await fetch(it.ours.origin + path, { headers, method, redirect: "manual" });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  it.read = async (path) => {
    const answer = await it.get(path);
    expect(answer.status, path).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/activity+json; charset=utf-8");
    return JSON.parse(answer.text) as Doc;
  };
  return it;
}

/** `/c/{slug}/topics`: what the conversations of a community are about. */
import { type Context, Hono } from "hono";
import { readCountedTopics, readTopicPage } from "../../db/views/community.ts";
import { heardBy } from "../../db/views/listed-thread.ts";
import { addTopic, nameTopic, removeTopic } from "../domain/topics/edit.ts";
import { notFound } from "./errors.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { type TopicsProps, topicPage, topicsPage } from "./pages/topics.ts";
import { type Place, placeOf } from "./place.ts";
import type { Site, WebEnv } from "./site.ts";

/** The routes of topics. */
export function topicRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const show = async (
    c: Context<WebEnv>,
    { community, may }: Place,
    more: Pick<TopicsProps, "typed" | "problem" | "code" | "done"> = {},
  ) => {
    const topics = await readCountedTopics(site.db, community.id);
    return topicsPage(c.get("frame"), { community, topics, mayKeep: may("topic.edit"), ...more });
  };

  app.get("/c/:slug/topics", async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    return c.html(await show(c, place, { done: c.req.query("done") !== undefined }));
  });

  app.post("/c/:slug/topics", formLimit, async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    place.allow("topic.edit");
    const typed = (await readForm(c)).line("name");
    const act = async () => {
      await addTopic(site.house, { groupId: place.community.id, standings: place.standings, name: typed });
      return c.redirect(`/c/${place.community.slug}/topics?done`, 303);
    };
    return attempt(c, act, (problem, code) => show(c, place, { typed, problem, code }));
  });

  app.get("/c/:slug/topics/:topic", async (c) => {
    const { community, viewer } = await placeOf(c, site, c.req.param("slug"));
    const before = c.req.query("before");
    const page = await readTopicPage(site.db, community, c.req.param("topic"), before);
    if (!page) return notFound(c);
    const home = `/c/${community.slug}/topics/${page.topic.slug}`;
    const threads = await heardBy(site.db, viewer?.id ?? null, page.threads);
    return c.html(
      topicPage(c.get("frame"), { ...page, threads }, before === undefined ? home : `${home}?before=${before}`),
    );
  });

  app.post("/c/:slug/topics/:topic/:do{rename|remove}", formLimit, async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    place.allow("topic.edit");
    const { community, standings } = place;
    const about = { groupId: community.id, standings, slug: c.req.param("topic") };
    const form = await readForm(c);
    const act = async () => {
      if (c.req.param("do") === "rename") await nameTopic(site.house, { ...about, name: form.line("name") });
      else await removeTopic(site.house, about);
      return c.redirect(`/c/${community.slug}/topics?done`, 303);
    };
    return attempt(c, act, (problem) => show(c, place, { problem }));
  });

  return app;
}

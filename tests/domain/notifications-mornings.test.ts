/** When it is morning where somebody is. */
import { expect, it } from "vitest";
import { lastMorning } from "../../src/domain/notifications/rhythm.ts";

const at = (zone: string, now: string, every: "day" | "week" = "day") =>
  lastMorning(zone, new Date(now), every).toISOString().slice(0, 16);

it("is seven by the clock on the wall, today or, before seven, yesterday", () => {
  expect(at("UTC", "2026-01-15T07:00:00Z")).toBe("2026-01-15T07:00");
  expect(at("UTC", "2026-01-15T06:59:59Z")).toBe("2026-01-14T07:00");
  expect(at("Europe/Berlin", "2026-01-15T06:30:00Z")).toBe("2026-01-15T06:00");
  expect(at("Europe/Berlin", "2026-07-15T06:30:00Z")).toBe("2026-07-15T05:00");
  expect(at("America/Los_Angeles", "2026-01-15T14:59:00Z")).toBe("2026-01-14T15:00");
  expect(at("Pacific/Auckland", "2026-01-15T06:30:00Z")).toBe("2026-01-14T18:00");
  expect(at("Asia/Kathmandu", "2026-01-15T02:00:00Z")).toBe("2026-01-15T01:15");
});

it("moves with the clocks", () => {
  // In Berlin summer time began on 29 March 2026 and ended on 25 October 2026, each at night.
  expect(at("Europe/Berlin", "2026-03-28T12:00:00Z")).toBe("2026-03-28T06:00");
  expect(at("Europe/Berlin", "2026-03-29T12:00:00Z")).toBe("2026-03-29T05:00");
  expect(at("Europe/Berlin", "2026-10-25T12:00:00Z")).toBe("2026-10-25T06:00");
});

it("of the week is a Monday where they are", () => {
  expect(at("UTC", "2026-01-15T12:00:00Z", "week")).toBe("2026-01-12T07:00");
  // Monday has not come to Los Angeles yet, and has been in Auckland since Sunday noon.
  expect(at("America/Los_Angeles", "2026-01-12T12:00:00Z", "week")).toBe("2026-01-05T15:00");
  expect(at("Pacific/Auckland", "2026-01-11T20:00:00Z", "week")).toBe("2026-01-11T18:00");
});

it("in a time zone that nobody knows is that of UTC", () => {
  expect(at("Mars/Olympus", "2026-01-15T08:00:00Z")).toBe("2026-01-15T07:00");
});

it("is never later than now and never more than a day, or a week, ago, in any zone at any minute", () => {
  for (const zone of ["Europe/Lisbon", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo", "Pacific/Chatham"]) {
    for (let hour = 0; hour < 400 * 24; hour += 7) {
      const now = new Date(Date.UTC(2026, 0, 1, hour, 13));
      const day = now.getTime() - lastMorning(zone, now, "day").getTime();
      expect(day).toBeGreaterThanOrEqual(0);
      expect(day).toBeLessThanOrEqual(25 * 3_600_000);
      const week = now.getTime() - lastMorning(zone, now, "week").getTime();
      expect(week).toBeLessThanOrEqual((7 * 24 + 1) * 3_600_000);
    }
  }
});

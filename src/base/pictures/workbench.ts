/** Where pictures are worked on: a process of its own, started when a picture comes, ended when none comes for a while or one will not be done. */
import { fork } from "node:child_process";
import type { Answer, Order } from "./process.ts";

const PROGRAM = new URL("./process.ts", import.meta.url);

/** It gets nothing of what this process knows, and above all no secrets. Pixels are kept in memory, never on the disk. */
const ENVIRONMENT = { MALLOC_ARENA_MAX: "2", VIPS_DISC_THRESHOLD: "2g" };
const FLAGS = ["--max-old-space-size=64"];

const LONGEST_COMPLAINT = 2_000;

export interface Workbench extends AsyncDisposable {
  /** One at a time. Throws WorkEnded when the process ends meanwhile, or had to be ended. */
  ask(order: Order): Promise<Answer>;
}

/** The process ended over its work. */
export class WorkEnded extends Error {
  override readonly name = "WorkEnded";
  /** False: it had not even begun, so that it cannot be the picture. */
  readonly began: boolean;

  constructor(why: string, began: boolean) {
    super(why);
    this.began = began;
  }
}

export interface WorkbenchOptions {
  longestMs: number;
  idleMs: number;
  /** Bytes. */
  mostMemory: number;
}

export function openWorkbench({ longestMs, idleMs, mostMemory }: WorkbenchOptions): Workbench {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  return {
    async ask(order) {
      clearTimeout(idle);
      if (!worker?.lives()) worker = startWorker(mostMemory);
      const asked = worker;
      try {
        return await asked.ask(order, longestMs);
      } finally {
        idle = setTimeout(() => void asked.end(), idleMs);
      }
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(idle);
      await worker?.end();
    },
  };
}

interface Worker {
  ask(order: Order, longestMs: number): Promise<Answer>;
  lives(): boolean;
  /** Ends it at once, whatever it does. */
  end(): Promise<void>;
}

function startWorker(mostMemory: number): Worker {
  const child = fork(PROGRAM, [String(mostMemory)], {
    env: ENVIRONMENT,
    execArgv: FLAGS,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  let lives = true;
  let began = false;
  let complaint = "";
  let answered: ((answer: Answer) => void) | undefined;
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-LONGEST_COMPLAINT);
  });
  child.on("message", (message: Answer | "ready") => {
    if (message === "ready") began = true;
    else answered?.(message);
  });
  child.once("exit", () => {
    lives = false;
  });
  child.once("error", (error) => {
    lives = false;
    end(error.message);
  });
  child.once("close", (code, signal) => end(`${signal ?? `exit code ${code}`}${complaint && `: ${complaint.trim()}`}`));
  const kill = () => {
    lives = false;
    child.kill("SIGKILL");
  };
  return {
    async ask(order, longestMs) {
      const { promise: answer, resolve } = Promise.withResolvers<Answer>();
      answered = resolve;
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        kill();
      }, longestMs);
      // What cannot be handed over will not be answered.
      child.send(order, (error) => error && kill());
      const failed = ended.then((how) => {
        throw new WorkEnded(late ? `It took longer than ${longestMs / 1_000} seconds.` : how, began);
      });
      try {
        return await Promise.race([answer, failed]);
      } finally {
        clearTimeout(timer);
        answered = undefined;
      }
    },
    lives: () => lives,
    async end() {
      kill();
      await ended;
    },
  };
}

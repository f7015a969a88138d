/** A server in a process of its own. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** How to start a server. */
export interface StartOptions {
  /** The command, in the place of `understudy` on PATH; default: the variable UNDERSTUDY_COMMAND. */
  command?: string | readonly string[];
  /** Documents or projects to serve: paths or URLs; default: the APIs that come with Understudy. */
  sources?: readonly string[];
  /** More options of `understudy serve`, such as `["--state", "seed.json"]`. */
  args?: readonly string[];
  /** Where it starts: paths are relative to it; default: the current directory. */
  cwd?: string;
}

/** A server could not be started; the message is its own. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The commands to try, if none is given. */
const COMMANDS = [["understudy"], ["python3", "-m", "understudy"], ["python", "-m", "understudy"]];
/** Milliseconds for its start, and for its end. */
const START = 60_000;
const END = 2_000;

/** A running server: its origin, and its end. */
export class ServerProcess {
  private readonly kill = () => void this.child.kill();

  private constructor(
    readonly origin: string,
    private readonly child: ChildProcess,
  ) {
    process.once("exit", this.kill);
  }

  /** Start a server on a free port. Throws a StartError. */
  static async start(options: StartOptions): Promise<ServerProcess> {
    const commands = givenCommand(options.command) ?? COMMANDS;
    for (const command of commands) {
      const child = await spawned(command, options);
      const origin = child && (await originOf(child));
      if (child && origin) return new ServerProcess(origin, child);
    }
    const tried = commands.map((command) => `\`${command.join(" ")}\``).join(", ");
    throw new StartError(
      `there is no command ${tried}: install Understudy (pip install PATH/TO/ITS/CHECKOUT), activate its ` +
        "environment, or name its command in UNDERSTUDY_COMMAND",
    );
  }

  /** Stop the server. */
  async stop(): Promise<void> {
    process.off("exit", this.kill);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.ref();
    this.child.kill();
    const late = setTimeout(() => this.child.kill("SIGKILL"), END); // a fault rule may delay a response
    await exited;
    clearTimeout(late);
  }
}

function givenCommand(command: StartOptions["command"]): string[][] | undefined {
  const given = command ?? process.env["UNDERSTUDY_COMMAND"];
  if (!given?.length) return undefined;
  return [typeof given === "string" ? given.trim().split(/\s+/) : [...given]];
}

/** Return the process of a command, or nothing if there is no such command. */
async function spawned(command: readonly string[], options: StartOptions): Promise<ChildProcess | undefined> {
  const { sources = [], args = [], cwd } = options;
  const [program = "", ...before] = command;
  const quiet = args.some((each) => each.startsWith("--log-format")) ? [] : ["--quiet"];
  // Nothing else than the test says what is served: neither a file, nor the environment.
  const serve = ["serve", "--config", devNull, "--port", "0", ...quiet, ...args, ...sources];
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("UNDERSTUDY_"));
  const env = Object.fromEntries(kept);
  const child = spawn(program, [...before, ...serve], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  try {
    await once(child, "spawn");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new StartError(String(error));
  }
  return child;
}

/**
 * Return the origin in the server's last line, `Try: curl ORIGIN/_understudy/health`, or nothing if this Python does
 * not have Understudy. Throws a StartError.
 */
async function originOf(child: ChildProcess): Promise<string | undefined> {
  const { stdout, stderr } = child as ChildProcessByStdio<null, Readable, Readable>;
  let errors = "";
  const keep = (chunk: Buffer) => void (errors += chunk);
  stderr.on("data", keep);
  const late = setTimeout(() => child.kill("SIGKILL"), START);
  const closed = once(child, "close");
  for await (const line of createInterface({ input: stdout })) {
    const origin = /^Try: curl .*?(\S+)\/_understudy\/health$/.exec(line)?.[1];
    if (!origin) continue;
    clearTimeout(late);
    stderr.off("data", keep);
    process.stderr.write(errors);
    detach(child);
    return origin;
  }
  await closed;
  clearTimeout(late);
  if (/No module named '?understudy\b/.test(errors)) return undefined;
  throw new StartError(`the stand-in did not start: ${errors.trim() || `exit code ${child.exitCode}`}`);
}

/** Pass on what the server says, and let this process end without it. */
function detach(child: ChildProcess): void {
  child.stderr?.on("data", (chunk: Buffer) => void process.stderr.write(chunk));
  child.stdout?.resume();
  for (const each of [child, child.stdout, child.stderr]) (each as { unref?(): void } | null)?.unref?.();
}

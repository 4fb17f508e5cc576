import fs from 'node:fs';
import path from 'node:path';
import { createEngine } from '../../main/engine/create-engine.ts';
import { systemClock, type Clock } from '../../main/lib/clock.ts';
import type { EngineControl, HostCalls } from '../../main/lib/engine-protocol.ts';
import type { LogFields } from '../../main/lib/log.ts';
import type { Handlers } from '../../main/lib/rpc.ts';
import { plainHost, type NetworkHost } from '../../main/network/connections.ts';
import type { PhotoRow, Problem, RunReport, Summary } from '../../preload/contract/model.ts';
import { subOf, type Person, type TestSandbox } from './test-sandbox.ts';

/** The real engine in this process, as main would hold it: only the process border is missing. */
export class TestEngine {
  readonly userDataDir: string;
  readonly call: Handlers<EngineControl>;
  readonly summaries: Summary[] = [];
  /** What was told of the database, in order. */
  readonly problems: (Problem | null)[] = [];
  /** The runs that were told of, in order. */
  readonly runs: RunReport[] = [];
  readonly events: { event: string; fields: LogFields }[] = [];
  /** How main answers when the engine asks for a token; settable. */
  token: HostCalls['auth.token'];
  readonly #watchers = new Set<() => void>();
  readonly #sandbox: TestSandbox;

  constructor(
    sandbox: TestSandbox,
    userDataDir: string,
    person: Person = 'demo',
    clock: Clock = systemClock,
    network: NetworkHost = plainHost,
  ) {
    this.#sandbox = sandbox;
    this.userDataDir = userDataDir;
    this.token = this.#tokenOf(person);
    this.call = createEngine({
      clock,
      // The jitter of waits has its own test.
      random: () => 0,
      network,
      workerUrls: {
        media: new URL('./media-worker.mjs', import.meta.url),
        scan: new URL('./scan-worker.mjs', import.meta.url),
      },
      createLog:
        () =>
        (event, fields = {}) => {
          this.events.push({ event, fields });
        },
      token: (options) => this.token(options),
      onChange: (summary) => {
        this.summaries.push(summary);
        for (const watch of this.#watchers) watch();
      },
      onRun: (run) => {
        this.runs.push(run);
        for (const watch of this.#watchers) watch();
      },
      onProblem: (problem) => {
        this.problems.push(problem);
        for (const watch of this.#watchers) watch();
      },
    }).handlers;
  }

  /** Starts it and signs a person in. */
  async open(person: Person = 'demo'): Promise<this> {
    await this.call['engine.start']({ userDataDir: this.userDataDir });
    await this.signIn(person);
    return this;
  }

  /** Main tells of a session. */
  async signIn(person: Person | null, expired = false): Promise<void> {
    if (person !== null) this.token = expired ? refuse : this.#tokenOf(person);
    await this.call['engine.session'](
      person === null ? null : { sub: subOf(person), apiUrl: this.#sandbox.apiUrl, expired },
    );
  }

  summary(): Summary {
    return this.call['queue.summary']() as Summary;
  }

  rows(): PhotoRow[] {
    const page = this.call['queue.page']({ filter: 'all', sort: 'added', offset: 0, limit: 500 });
    return (page as { rows: PhotoRow[] }).rows;
  }

  row(name: string): PhotoRow {
    const row = this.rows().find(({ fileName }) => fileName === name);
    if (row === undefined) throw new Error(`no row ${name}`);
    return row;
  }

  /** Resolves with the first told summary (or the present one) for which this holds. */
  until(holds: (summary: Summary) => boolean): Promise<Summary> {
    return new Promise((resolve) => {
      const watch = (): void => {
        const summary = this.summary();
        if (!holds(summary)) return;
        this.#watchers.delete(watch);
        resolve(summary);
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  /** Takes these paths in and waits for the end of the walk. */
  async drop(...paths: string[]): Promise<Summary> {
    const id = await this.call['intake.add'](paths);
    return this.until(({ intake }) => intake?.id === id && !intake.running);
  }

  /** Waits until no row waits or is worked on. */
  settled(): Promise<Summary> {
    return this.until(({ waiting, active }) => waiting.count + active.count === 0);
  }

  async stop(): Promise<void> {
    await this.call['engine.stop']();
  }

  #tokenOf(person: Person): HostCalls['auth.token'] {
    return async () => ({ ok: true, token: await this.#sandbox.token(person) });
  }
}

const refuse: HostCalls['auth.token'] = () => Promise.resolve({ ok: false, refusal: 'sign_in_needed' });

/** The bytes of every file below a folder, by path. */
export function readTree(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(file, fs.readFileSync(file));
  }
  return files;
}

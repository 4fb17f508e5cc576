/**
 * The app, the person and their surroundings during one run, and what each fault does to them.
 *
 * Faults of the network and the disk overlap as they come. What ends or starts the app is done one after the other, so
 * that a scenario means the same each time.
 */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assertNever } from '../../main/lib/assert-never.ts';
import type { RunningApp } from '../e2e/harness.ts';
import { isAlive, killAll } from '../e2e/processes.ts';
import { ask, signOut } from '../e2e/window.ts';
import type { Album } from './album.ts';
import type { Arena } from './arena.ts';
import { openAutopsy, type Autopsy } from './autopsy.ts';
import { look, pathOf } from './person.ts';
import type { Fault, Scenario } from './scenario.ts';
import { openSurroundings } from './surroundings.ts';

export interface Stage {
  /** The app that runs now. */
  readonly app: RunningApp;
  /** Every row that was ever seen in the queue, but those that the person took out: id → path. */
  readonly accepted: ReadonlyMap<number, string>;
  /** What was found wrong on the way. */
  readonly findings: readonly string[];
  /** Drops all photos on the window; at the next start of the app if there is none. */
  drop(): Promise<void>;
  /** Resolves when the fault is over. */
  strike(fault: Fault): Promise<void>;
  /** Ends whatever faults are left. */
  makeWell(): Promise<void>;
  restart(): Promise<void>;
  /** Closes the app and reads its queue. */
  close(): Promise<Autopsy>;
  /** Frees what the run has mounted. */
  dispose(): void;
}

type KillAt = Extract<Fault, { kind: 'killAt' }>;

export async function openStage(arena: Arena, scenario: Scenario, album: Album, dir: string): Promise<Stage> {
  const userDataDir = path.join(dir, 'user-data');
  const tempDir = path.join(dir, 'tmp');
  fs.mkdirSync(userDataDir);
  fs.mkdirSync(tempDir);
  const around = await openSurroundings(arena, scenario, userDataDir);
  arena.prepareUserData(userDataDir);

  const accepted = new Map<number, string>();
  const findings: string[] = [];
  const removed = new Set<number>();
  const frozen = new Set<number>();
  let dropIsDue = false;
  /** As many photos as any report said that it has queued. */
  let promised = 0;
  let lane: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => (lane = lane.then(work));

  const launch = async (): Promise<void> => {
    await around.diskHasRoom();
    app = await arena.launch(userDataDir, tempDir);
    if (dropIsDue) await drop();
  };
  const drop = async (): Promise<void> => {
    dropIsDue = true;
    // Whether it was taken is seen in the queue; where it was not, the person drops once more.
    await app.dropPaths([album.dir]).then(
      () => (dropIsDue = false),
      () => undefined,
    );
  };
  const noteRows = async (): Promise<void> => {
    const view = await look(app);
    for (const row of view?.rows ?? []) accepted.set(row.id, pathOf(row));
    const intake = view?.summary.intake;
    if (intake?.running !== false) dropIsDue = true;
    promised = Math.max(promised, intake?.queued ?? 0);
  };
  const autopsy = (): Autopsy => {
    const queue = openAutopsy(userDataDir, path.join(dir, 'autopsy'));
    for (const row of queue.rows) accepted.set(row.id, row.path);
    for (const line of queue.damage) findings.push(`the queue's database is damaged: ${line}`);
    return queue;
  };

  const kill = async (what: 'engine' | 'main' | 'tree'): Promise<void> => {
    await noteRows();
    if (what === 'engine') {
      const engine = app.enginePid();
      if (engine !== null) await killAll([engine]);
      return;
    }
    if (what === 'main') await app.killMain();
    else {
      await app.kill9();
      autopsy();
    }
    await launch();
  };

  const freeze = async (what: 'engine' | 'tree', forMs: number): Promise<void> => {
    const pids = what === 'tree' ? app.treePids() : [app.enginePid()].filter((pid) => pid !== null);
    for (const pid of pids) {
      signal(pid, 'SIGSTOP');
      frozen.add(pid);
    }
    await pause(forMs);
    thaw();
  };
  const thaw = (): void => {
    for (const pid of frozen) signal(pid, 'SIGCONT');
    frozen.clear();
  };

  /** kill -9 while a request of this kind is under way, or when its work is done and its reply is not yet there. */
  const killAt = async ({ side, operation, moment, what }: KillAt): Promise<void> => {
    const kind = moment === 'before' ? 'stall' : 'lostReply';
    if (await around.untilMet(side, { kind, match: { operation } })) await inTurn(() => kill(what));
  };

  const remove = async (photo: number): Promise<void> => {
    const file = album.pathOf(photo);
    const row = (await look(app))?.rows.find((candidate) => pathOf(candidate) === file);
    if (row === undefined) return;
    // Whatever comes of it: nobody is owed this row any more.
    await ask(app.page, 'queue.remove', [row.id]).catch(() => undefined);
    removed.add(row.id);
  };

  /** A pause or a sleep that the person ends; one whose end is told to an engine that is dead goes on until `makeWell`. */
  const rest = async (kind: 'pause' | 'sleep', forMs: number): Promise<void> => {
    const tell = (begin: boolean): Promise<unknown> => {
      if (kind === 'pause') return ask(app.page, begin ? 'queue.pause' : 'queue.resume');
      return (
        app.electron?.evaluate(
          ({ powerMonitor }, event) => powerMonitor.emit(event),
          begin ? 'suspend' : 'resume',
        ) ?? Promise.resolve()
      );
    };
    await tell(true).catch(() => undefined);
    await pause(forMs);
    await tell(false).catch(() => undefined);
  };

  let app = await arena.launch(userDataDir, tempDir);
  return {
    get app() {
      return app;
    },
    get accepted() {
      return new Map([...accepted].filter(([id]) => !removed.has(id)));
    },
    findings,
    drop,
    strike: (fault) => {
      switch (fault.kind) {
        case 'kill':
          return inTurn(() => kill(fault.what));
        case 'quit':
          return inTurn(async () => {
            await noteRows();
            await app.close();
            autopsy();
            await launch();
          });
        case 'signOut':
          return inTurn(async () => {
            await signOut(app);
            await arena.signInAgain(app);
          });
        case 'freeze':
          return freeze(fault.what, fault.forMs);
        case 'killAt':
          return killAt(fault);
        case 'store':
        case 'backend':
          return around.withRules(fault.kind, fault.rules, fault.forMs);
        case 'down':
          return around.takeDown(fault.parts, fault.how, fault.forMs);
        case 'fullDisk':
          return around.fillDisk(fault.forMs);
        case 'file':
          return album.change(fault.photo, fault.change);
        case 'pause':
        case 'sleep':
          return rest(fault.kind, fault.forMs);
        case 'remove':
          return remove(fault.photo);
        default:
          return assertNever(fault);
      }
    },
    makeWell: async () => {
      thaw();
      await around.makeWell();
      await ask(app.page, 'queue.resume').catch(() => undefined);
      // Rows, and whether the walk of the last drop came to its end.
      await noteRows();
      if (dropIsDue) await drop();
    },
    restart: async () => {
      await app.close();
      await launch();
    },
    close: async () => {
      await noteRows();
      await app.close();
      const queue = autopsy();
      const rows = queue.rows.length + removed.size;
      if (rows < promised) findings.push(`${promised} photos were said to be queued, and ${rows} have a row`);
      return queue;
    },
    dispose: () => {
      thaw();
      around.dispose();
    },
  };
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    if (isAlive(pid)) process.kill(pid, name);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** One run: photos are dropped, faults strike, all is made well again, and what is left is compared with what was promised. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningApp } from '../e2e/harness.ts';
import { makeAlbum, type Album } from './album.ts';
import type { Arena } from './arena.ts';
import { openAutopsy } from './autopsy.ts';
import { look, pathOf, tryAgain, untilOpen, wakeUp, type View } from './person.ts';
import { isReasonOfFile, reconcile, type Verdict } from './reconcile.ts';
import type { Scenario } from './scenario.ts';

/** From when all is well again until no row has anything left to do. */
const settleWithinMs = 60_000;
/** A person looks now and then, and tries again what waits. */
const lookEveryMs = 150;
const helpEveryMs = 1_000;

export async function runScenario(arena: Arena, scenario: Scenario): Promise<Verdict> {
  const dir = arena.world.newDir(`run-${scenario.seed}`);
  try {
    const album = await makeAlbum(path.join(dir, 'photos'), scenario);
    return await play(arena, scenario, album, dir);
  } finally {
    await arena.tidy();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function play(arena: Arena, scenario: Scenario, album: Album, dir: string): Promise<Verdict> {
  const userDataDir = path.join(dir, 'user-data');
  arena.prepareUserData(userDataDir);
  const app = await arena.launch(userDataDir);
  await untilOpen(app);
  const accepted = new Map<number, string>();
  await arena.storeFaults([{ kind: 'slow', bytesPerSecond: scenario.lineSpeed }]);
  await app.dropPaths([album.dir]);
  const droppedAt = Date.now();
  for (const { atMs } of scenario.strikes) {
    await pause(Math.max(0, droppedAt + atMs - Date.now()));
    for (const row of (await look(app))?.rows ?? []) accepted.set(row.id, pathOf(row));
    const engine = app.enginePid();
    if (engine !== null) process.kill(engine, 'SIGKILL');
  }
  await arena.storeFaults([]);
  const unsettled = await settle(app, album);
  await app.close();
  const queue = openAutopsy(userDataDir, path.join(dir, 'autopsy'));
  for (const row of queue.rows) accepted.set(row.id, row.path);
  const [objects, records, openUploads] = await Promise.all([
    arena.library.objects(),
    arena.library.newRecords(),
    arena.library.openUploads(),
  ]);
  const verdict = reconcile({ album, accepted, queue, objects, records, openUploads });
  return { ...verdict, findings: [...unsettled, ...verdict.findings, ...album.touched()] };
}

/** Waits until nothing is left to do, helping as a person would. Returns what was still to do when time was over. */
async function settle(app: RunningApp, album: Album): Promise<string[]> {
  const deadline = Date.now() + settleWithinMs;
  let helpAt = 0;
  for (;;) {
    const view = await look(app);
    if (view !== null && isSettled(view, album)) return [];
    if (Date.now() > deadline) {
      return [`not settled after ${settleWithinMs / 1000} s${view === null ? ': nobody answers' : ''}`];
    }
    if (view !== null && Date.now() > helpAt) {
      helpAt = Date.now() + helpEveryMs;
      if (view.summary.paused === 'offline') await wakeUp(app);
      await tryAgain(app, view, stuck(view, album));
    }
    await pause(lookEveryMs);
  }
}

function isSettled(view: View, album: Album): boolean {
  const { intake, waiting, active, all } = view.summary;
  const working = intake?.running === true || waiting.count + active.count > 0;
  return !working && all.count > 0 && stuck(view, album).length === 0;
}

/** Rows that need a person although nothing is wrong with their file. */
function stuck({ rows }: View, album: Album): View['rows'] {
  return rows.filter(
    (row) =>
      row.state.kind === 'blocked' && !isReasonOfFile(row.state.reason, album.now(pathOf(row))?.size ?? null),
  );
}

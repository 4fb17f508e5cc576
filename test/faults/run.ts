/** One run: photos are dropped, faults strike, all is made well, and what is left is compared with what was promised. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../e2e/until.ts';
import { makeAlbum, type Album } from './album.ts';
import type { Arena } from './arena.ts';
import type { Autopsy } from './autopsy.ts';
import { leftovers } from './leftovers.ts';
import { look } from './person.ts';
import { reconcile, type Verdict } from './reconcile.ts';
import type { Scenario } from './scenario.ts';
import { settle } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

/** How long a new start may take to find and abort forgotten uploads. */
const sweepWithinMs = 15_000;

export interface Outcome extends Verdict {
  /** From when all was well again until no row had anything left to do. */
  settledMs: number;
  /** How often a person had to help with that. */
  helped: number;
}

/** @throws when the run itself broke off; whatever it left is tidied up all the same. */
export async function runScenario(arena: Arena, scenario: Scenario): Promise<Outcome> {
  const dir = arena.world.newDir(`run-${scenario.seed}`);
  let stage: Stage | null = null;
  try {
    const album = await makeAlbum(path.join(dir, 'photos'), scenario);
    stage = await openStage(arena, scenario, album, dir);
    return await play(arena, stage, scenario, album, dir);
  } catch (error) {
    throw new Error(`${String(error)}\n${tailOf(stage?.app.logs() ?? '')}`, { cause: error });
  } finally {
    stage?.dispose();
    await arena.tidy();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function play(
  arena: Arena,
  stage: Stage,
  scenario: Scenario,
  album: Album,
  dir: string,
): Promise<Outcome> {
  await stage.drop();
  const strikes = await Promise.allSettled(
    scenario.strikes.map(async ({ atMs, fault }) => {
      await pause(atMs);
      await stage.strike(fault);
    }),
  );
  for (const outcome of strikes) if (outcome.status === 'rejected') throw outcome.reason;
  await stage.makeWell();
  const wellAt = Date.now();
  let { helped, findings } = await settle(arena, stage, album);
  if (scenario.dropsAgain && findings.length === 0) {
    await dropAgain(stage);
    const again = await settle(arena, stage, album);
    helped += again.helped;
    findings = again.findings;
  }
  const settledMs = Date.now() - wellAt;
  let queue = await stage.close();
  if (findings.length === 0 && scenario.dropsAgain) findings.push(...notArrived(queue, album));
  let openUploads = await arena.library.openUploads();
  const isForgotten = ({ uploadId }: { uploadId: string }): boolean => !queue.uploadIds.has(uploadId);
  if (openUploads.some(isForgotten)) {
    // What was begun and never noted is found by the next start.
    await stage.restart();
    const areSwept = async (): Promise<boolean> => {
      openUploads = await arena.library.openUploads();
      return !openUploads.some(isForgotten);
    };
    await until('forgotten uploads are aborted', areSwept, sweepWithinMs).catch(() => undefined);
    queue = await stage.close();
  }
  const [objects, records] = await Promise.all([arena.library.objects(), arena.library.newRecords()]);
  const verdict = reconcile({ album, accepted: stage.accepted, queue, objects, records, openUploads });
  const all = [...findings, ...stage.findings, ...verdict.findings, ...album.touched(), ...leftovers(dir)];
  return { ...verdict, findings: all, settledMs, helped };
}

/** The person drops the photos once more, and waits until the window has a new report. */
async function dropAgain(stage: Stage): Promise<void> {
  const before = (await look(stage.app))?.summary.intake?.id;
  await stage.drop();
  await until('the second drop is taken', async () => {
    const intake = (await look(stage.app))?.summary.intake;
    return intake !== undefined && intake !== null && intake.id !== before;
  });
}

/** After a last drop every photo must be there as it is now. */
function notArrived({ rows }: Autopsy, album: Album): string[] {
  return album.paths().flatMap((file) => {
    const now = album.now(file);
    const row = rows.find((candidate) => candidate.path === file);
    if (now === null || now.size === 0) return [];
    if (row === undefined) return [`${file} was dropped and has no row`];
    if (row.status !== 'done' || row.sha256 === now.sha256) return [];
    return [`${file} is done with an older content than the one that was dropped last`];
  });
}

/** The last lines that the app wrote. */
function tailOf(log: string): string {
  return log.trim().split('\n').slice(-15).join('\n');
}

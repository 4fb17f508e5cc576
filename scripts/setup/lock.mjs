import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { report } from './report.mjs';

// No set-up takes this long: its pid is somebody else's by now.
const tooOldMs = 45 * 60_000;

function holderOf(file) {
  try {
    const pid = Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
    return { pid, gone: Date.now() - fs.statSync(file).mtimeMs > tooOldMs || !isRunning(pid) };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes a dead holder's lock away; should a living one have come in between, puts that back. */
function clearAway(file, deadPid) {
  const aside = `${file}.${process.pid}.aside`;
  try {
    fs.renameSync(file, aside);
    if (holderOf(aside)?.pid !== deadPid) fs.linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

/**
 * Waits until no other set-up is at work in this cache, then resolves to a function that lets the next one
 * in. The lock is a file that holds our pid and appears whole (a hard link), so a lock whose process is gone
 * can be told from one in use.
 */
export async function takeLock(folder) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'setup.lock');
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, `${process.pid}\n`);
  let said = false;
  try {
    for (;;) {
      try {
        fs.linkSync(own, file);
        return () => fs.rmSync(file, { force: true });
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = holderOf(file);
      if (holder?.gone) {
        report(`an earlier set-up (process ${holder.pid}) did not finish; going on in its place.`);
        clearAway(file, holder.pid);
        continue;
      }
      if (holder && !said) report(`waiting for the set-up that runs as process ${holder.pid}.`);
      said ||= holder !== undefined;
      await pause(300);
    }
  } finally {
    fs.rmSync(own, { force: true });
  }
}

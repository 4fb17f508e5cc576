/**
 * All that one drop left out, by name: in a file, for somebody may drop a disk with a million files that are no photos.
 *
 * [Note: A list that may end early] The report's counts are always complete. The list holds what it can: so many lines,
 * and as many as the disk takes; where it ends before the last one it says so. It lives as long as its report, which
 * no restart survives.
 */
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { SkipReason } from '../../preload/contract/model.ts';
import type { SkippedWords } from '../lib/engine-protocol.ts';

export interface SkippedList {
  /** Notes some; never throws. */
  add(skipped: readonly { path: string; reason: SkipReason }[]): void;
  /**
   * Writes it as a table for a spreadsheet, in the person's words.
   *
   * @throws the system's error when that cannot be written.
   */
  save(file: string, words: SkippedWords): Promise<void>;
  remove(): void;
}

const maxLines = 1_000_000;

/** Removes the lists of earlier starts. */
export function clearSkippedLists(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
}

/** @param file nothing is written there before there is something to write. */
export function createSkippedList(file: string, limit = maxLines): SkippedList {
  let lines = 0;
  let cut = false;
  return {
    add: (skipped) => {
      // Behind a line that was not written to its end there can be no other.
      if (cut) return;
      const some = skipped.slice(0, limit - lines);
      cut = some.length < skipped.length;
      if (some.length === 0) return;
      try {
        if (lines === 0) fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
        const text = some.map(({ path: place, reason }) => lineOf(place, reason)).join('');
        fs.appendFileSync(file, text, { mode: 0o600 });
        lines += some.length;
      } catch {
        // A full disk, say: what is left out of the list is still counted in the report.
        cut = true;
      }
    },
    save: async (target, words) => {
      const out = await open(target, 'w', 0o600);
      try {
        // Without the mark Excel reads UTF-8 as something else.
        let text = `\u{FEFF}${csvLine([words.path, words.reason])}`;
        for await (const [place, reason] of linesOf(file, lines)) {
          text += csvLine([place, words.reasons[reason]]);
          if (text.length < chunkLength) continue;
          await out.write(text);
          text = '';
        }
        if (cut) text += csvLine([words.cut, '']);
        await out.write(text);
      } finally {
        await out.close();
      }
    },
    remove: () => {
      fs.rmSync(file, { force: true });
    },
  };
}

const chunkLength = 64 * 1024;

/** For a reader of lines these two end one, and JSON lets them stand. */
function lineOf(place: string, reason: SkipReason): string {
  const text = JSON.stringify([place, reason]);
  return `${text.replaceAll('\u2028', String.raw`\u2028`).replaceAll('\u2029', String.raw`\u2029`)}\n`;
}

async function* linesOf(file: string, count: number): AsyncGenerator<[path: string, reason: SkipReason]> {
  if (count === 0) return;
  const handle = await open(file);
  try {
    let left = count;
    for await (const line of handle.readLines({ encoding: 'utf8' })) {
      // What a failed write has left behind it.
      if (left-- <= 0) return;
      yield JSON.parse(line) as [string, SkipReason];
    }
  } finally {
    await handle.close();
  }
}

/**
 * One line by RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV
 * Injection"): a file may be called `=HYPERLINK(…)`.
 */
export function csvLine(cells: readonly string[]): string {
  const written = cells.map((cell) => {
    const safe = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
    return `"${safe.replaceAll('"', '""')}"`;
  });
  return `${written.join(',')}\r\n`;
}

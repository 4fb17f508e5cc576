import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { importScript, root } from '../support/script.ts';

interface Summary {
  passed: number;
  failed: number;
  skipped: string[];
  notes: string[];
  exitCode: number;
}
interface Run {
  report: unknown;
  exit: number | null;
}
interface TestSummary {
  summarise(runs: readonly Run[]): Summary;
  summaryLines(summary: Summary): string[];
}
const { summarise, summaryLines } = await importScript<TestSummary>('lib/test-summary.mjs');

/** Runs vitest on test files with this content, as `npm test` does. */
function run(files: Readonly<Record<string, string>>): Run {
  const folder = tempDir();
  const report = path.join(folder, 'report.json');
  for (const [name, content] of Object.entries(files))
    fs.writeFileSync(path.join(folder, `${name}.test.js`), content);
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--root',
      folder,
      '--globals',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const content: unknown = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : undefined;
  return { report: content, exit: status };
}

const summaryOf = (files: Readonly<Record<string, string>>): Summary => summarise([run(files)]);

describe('the last line of npm test', () => {
  it('counts what passed, and ends well', () => {
    const summary = summaryOf({ a: "test('one', () => {}); test('two', () => {});" });
    expect(summary.exitCode).toBe(0);
    expect(summaryLines(summary)).toEqual(['2 passed, 0 failed']);
  });

  it('counts failures, also those of files that do not load, and names what was skipped', () => {
    const summary = summaryOf({
      passes: "test('passes', () => {}); describe('later', () => { test.skip('this one', () => {}); });",
      fails: "test('fails', () => expect(1).toBe(2)); test('passes', () => {});",
      broken: "import './nowhere.js'; test('never runs', () => {});",
    });
    expect(summary.exitCode).toBe(1);
    const lines = summaryLines(summary);
    expect(lines.at(-1)).toBe('2 passed, 2 failed, 1 skipped');
    expect(lines).toContain('skipped: later this one');
    expect(lines[0]).toContain('broken.test.js failed as a whole');
  });

  it('counts an error outside of the tests', () => {
    const summary = summaryOf({
      a: "test('passes', async () => { Promise.reject(new Error('unseen')); await new Promise(setImmediate); });",
    });
    expect(summaryLines(summary).at(-1)).toBe('1 passed, 1 failed');
    expect(summary.exitCode).toBe(1);
  });

  it('adds up what ran side by side, where one half may have had nothing to do', () => {
    const good = run({ a: "test('one', () => {});" });
    const bad = run({ a: "test('one', () => {}); test('fails', () => expect(1).toBe(2));" });
    const none = { report: { testResults: [] }, exit: 0 };
    expect(summaryLines(summarise([good, none])).at(-1)).toBe('1 passed, 0 failed');
    expect(summaryLines(summarise([good, bad])).at(-1)).toBe('2 passed, 1 failed');
    expect(summaryLines(summarise([good, { report: undefined, exit: 137 }])).at(-1)).toBe(
      '1 passed, 1 failed',
    );
  });

  it('does not take a run without tests, or without a report, for a success', () => {
    expect(summaryLines(summaryOf({})).at(-1)).toBe('0 passed, 1 failed');
    expect(summarise([{ report: undefined, exit: null }]).exitCode).toBe(1);
  });
});
